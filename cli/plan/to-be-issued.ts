import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { IssuerName } from "../../shared/mapping.ts";
import type { Situation } from "./situation.ts";

/**
 * Stands for the fingerprint of a certificate that a plan issues first: what follows is told, and asked about, before it is
 * there. No written form of a fingerprint, so nothing that is real can be taken for it; in data it is null.
 */
export const TO_BE_ISSUED = "sha256:to-be-issued" as Fingerprint;

/** The situation as it will be when the certificate is issued: valid, signed by its issuer, and at hand with its key. */
export function withIssued(
  situation: Situation,
  hostname: Hostname,
  issuer: IssuerName,
): Situation {
  const { observed } = situation;
  const issued = {
    certificate: {
      fingerprint: TO_BE_ISSUED,
      notBefore: observed.at,
      notAfter: Infinity,
      names: [hostname],
      signedBy: [issuer],
    },
    certificateFile: "",
    keyFile: "",
  };
  return { ...situation, observed: { ...observed, atHand: [...observed.atHand, issued] } };
}
