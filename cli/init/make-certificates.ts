import type { Fingerprint } from "../../shared/fingerprint.ts";
import { signerOf, type CertificateAndKey } from "../certificates/certificate-and-key.ts";
import { issueIssuer } from "../certificates/issue-issuer.ts";
import { issuePullCertificate } from "../certificates/issue-leaf.ts";
import { DEFAULT_KEY_TYPE } from "../certificates/key-type.ts";
import { readSigner } from "../certificates/read-signer.ts";
import { daysUntil, ISSUER_DAYS, PULL_CERTIFICATE_DAYS } from "../certificates/validity.ts";
import type { NewFile } from "../certificates/write-files.ts";
import { PLACES } from "./find-standing.ts";
import type { PlannedGroup } from "./planned-hosts.ts";

/** An issuer and a pull certificate a group, as text; an issuer that is there already stays. */
export interface InitCertificates {
  readonly files: readonly NewFile[];
  readonly fingerprints: ReadonlyMap<PlannedGroup, Fingerprint>;
  /** The path of each group's certificate, without its ending. */
  readonly stems: ReadonlyMap<PlannedGroup, string>;
}

/**
 * Makes the first certificates.
 *
 * @throws {Failure} where the issuer that is there cannot sign.
 */
export async function makeCertificates(
  groups: readonly PlannedGroup[],
  issuerName: string,
  hasIssuer: boolean,
  now: Date,
): Promise<InitCertificates> {
  const keyType = DEFAULT_KEY_TYPE;
  const made = hasIssuer
    ? null
    : await issueIssuer({ name: issuerName, keyType, days: ISSUER_DAYS, now });
  const signer = made === null ? await readSigner(PLACES.issuer, now) : signerOf(made);
  const left = daysUntil(signer.certificate.notAfter, now);
  const days = Math.max(1, Math.min(PULL_CERTIFICATE_DAYS, left));
  const fingerprints = new Map<PlannedGroup, Fingerprint>();
  const stems = new Map<PlannedGroup, string>();
  const files = made === null ? [] : pair(PLACES.issuer, made);
  for (const group of groups) {
    const [{ hostname }] = group.hosts;
    const leaf = await issuePullCertificate({ hostname, signer, keyType, days, now });
    fingerprints.set(group, leaf.fingerprint);
    stems.set(group, `pki/${hostname}`);
    files.push(...pair(`pki/${hostname}`, leaf));
  }
  return { files, fingerprints, stems };
}

function pair(stem: string, { certificate, key }: CertificateAndKey): NewFile[] {
  return [
    { path: `${stem}.key`, text: key, mode: 0o600 },
    { path: `${stem}.pem`, text: certificate, mode: 0o644 },
  ];
}
