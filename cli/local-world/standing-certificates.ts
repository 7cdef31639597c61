import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { daysUntil } from "../certificates/validity.ts";
import type { PairPaths } from "./layout.ts";
import type { LocalCertificate } from "./local-certificates.ts";
import type { PlannedCertificate } from "./planned-certificates.ts";

/** A local world may be left running overnight. */
const LEAST_DAYS = 2;

/**
 * Reads the certificates that are there already.
 *
 * @returns null unless every one of them is there and is what is planned: named and signed so, in the midst of its
 *   validity, with its own key, which nobody else can read.
 */
export function readStanding(
  planned: readonly PlannedCertificate[],
  now: Date,
): ReadonlyMap<PlannedCertificate, LocalCertificate> | null {
  const issuers = new Map<string, X509Certificate>();
  const standing = new Map<PlannedCertificate, LocalCertificate>();
  try {
    for (const certificate of planned) {
      const read = readPair(certificate.paths);
      const x509 = new X509Certificate(read.certificate);
      if (certificate.purpose === "issuer") issuers.set(certificate.paths.certificate, x509);
      const issuer = issuers.get(certificate.signedBy.certificate);
      if (issuer === undefined || !stands(certificate, x509, issuer, now)) return null;
      if (!x509.checkPrivateKey(createPrivateKey(read.key))) return null;
      standing.set(certificate, {
        paths: certificate.paths,
        ...read,
        fingerprint: fingerprintOf(x509.raw),
      });
    }
  } catch {
    // Missing, cut short, something else: whatever it is, making all of them anew is the answer.
    return null;
  }
  return standing;
}

function readPair({ certificate, key }: PairPaths): { certificate: string; key: string } {
  if ((statSync(key).mode & 0o077) !== 0) throw new Error(`${key} is readable by others`);
  return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
}

function stands(
  { purpose, name }: PlannedCertificate,
  x509: X509Certificate,
  issuer: X509Certificate,
  now: Date,
): boolean {
  const named =
    purpose === "issuer" ? x509.subject === `CN=${name}` : x509.subjectAltName === `DNS:${name}`;
  const inTime = x509.validFromDate <= now && daysUntil(x509.validToDate, now) >= LEAST_DAYS;
  return named && inTime && x509.ca === (purpose === "issuer") && x509.verify(issuer.publicKey);
}
