import type { Fingerprint } from "../../../../shared/fingerprint.ts";
import type { IssuerName } from "../../../../shared/mapping.ts";
import type { CertificateOutline } from "../../../../cli/observe/observed.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** How long what was replaced may still pull. */
export const LATE = 2 * HOUR;

/** 2026-11-22, 00:00 UTC: the beginning of the world. */
export const BEGINNING = Date.UTC(2026, 10, 22);

let made = 0;

/** A fingerprint that no other certificate of this run has. */
export function madeUpFingerprint(): Fingerprint {
  made += 1;
  return `sha256:${made.toString(16).padStart(64, "0")}` as Fingerprint;
}

/** A certificate of the issuer `own`, for one name. */
export function outline(
  name: string,
  notBefore: number,
  fingerprint: Fingerprint = madeUpFingerprint(),
): CertificateOutline {
  return {
    fingerprint,
    notBefore,
    notAfter: notBefore + 365 * DAY,
    names: [name],
    signedBy: ["own" as IssuerName],
  };
}
