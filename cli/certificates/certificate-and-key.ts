import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { toPem } from "../../origin-verifier/certificate/pem-blocks.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import { signingAlgorithmOf } from "./key-type.ts";
import { X509Certificate as IssuedCertificate } from "./x509.ts";

/** A certificate and its private key, as text: nothing has been written yet. */
export interface CertificateAndKey {
  /** PEM, one certificate. */
  readonly certificate: string;
  /** PEM, PKCS#8, not encrypted. */
  readonly key: string;
  readonly fingerprint: Fingerprint;
  readonly notAfter: Date;
}

/** What signs: an issuer's certificate with the private key that belongs to it. */
export interface Signer {
  readonly certificate: IssuedCertificate;
  readonly key: KeyObject;
}

/** Turns what was issued into text. */
export function toText(issued: IssuedCertificate, pkcs8: Buffer): CertificateAndKey {
  return { ...toCertificateText(issued), key: toPem("PRIVATE KEY", pkcs8) };
}

/** The same without the key, which somebody else has. */
export function toCertificateText(issued: IssuedCertificate): Omit<CertificateAndKey, "key"> {
  return {
    certificate: `${issued.toString("pem").trimEnd()}\n`,
    fingerprint: fingerprintOf(new Uint8Array(issued.rawData)),
    notAfter: issued.notAfter,
  };
}

/** Makes a signer of what was just issued. */
export function signerOf({ certificate, key }: CertificateAndKey): Signer {
  const signer = toSigner(new X509Certificate(certificate), createPrivateKey(key));
  if (signer === null) throw new Error("issued a key that cannot sign");
  return signer;
}

/** Puts an issuer's certificate and key together; null where the key is of a kind that signs nothing here. */
export function toSigner(certificate: X509Certificate, key: KeyObject): Signer | null {
  if (signingAlgorithmOf(key) === null) return null;
  return { certificate: new IssuedCertificate(certificate.raw), key };
}
