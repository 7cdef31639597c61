import {
  readCertificateFacts,
  type CertificateFacts,
} from "../../origin-verifier/certificate/certificate-facts.ts";
import { readPemBlocks } from "../../origin-verifier/certificate/pem-blocks.ts";
import {
  readCertificate,
  readPemCertificates,
} from "../../origin-verifier/certificate/read-pem.ts";
import {
  isSignedBy,
  type ReadCertificate,
} from "../../origin-verifier/certificate/signed-directly.ts";
import type { X509Certificate } from "node:crypto";
import type { IssuerName } from "../../shared/mapping.ts";
import type { CertificateOutline } from "./observed.ts";

/** The issuers of the mapping, as far as their files can be read. */
export type KnownIssuers = ReadonlyMap<IssuerName, readonly ReadCertificate[]>;

/** Reads a file of issuers; none where it cannot be read: then it has signed nothing, and `check` says why. */
export function readIssuerText(text: string): readonly ReadCertificate[] {
  const certificates = readPemCertificates(text);
  return certificates.ok ? certificates.value.flatMap((one) => withFacts(one) ?? []) : [];
}

/**
 * Reads the leaf of a stored certificate's text: by its DER, because Cloudflare changes line breaks. Null where it cannot be
 * read exactly: then nothing is known about it.
 */
export function readOutline(text: string, issuers: KnownIssuers): CertificateOutline | null {
  const blocks = readPemBlocks(text);
  const leaf = blocks.ok ? blocks.value.find(({ label }) => label === "CERTIFICATE") : undefined;
  const certificate = leaf === undefined ? null : readCertificate(leaf.der);
  return certificate === null ? null : outlineOf(certificate, issuers);
}

/** What a certificate says of itself, and which issuers of the mapping have signed it. */
export function outlineOf(
  certificate: X509Certificate,
  issuers: KnownIssuers,
): CertificateOutline | null {
  const read = withFacts(certificate);
  if (read === null) return null;
  const { fingerprint, notBefore, notAfter, names } = read.facts;
  const signedBy = [...issuers].flatMap(([name, certificates]) =>
    certificates.some((ca) => isSignedBy(read, { ...ca, publicKey: ca.certificate.publicKey }))
      ? [name]
      : [],
  );
  return { fingerprint, notBefore, notAfter, names: [...names.dns], signedBy };
}

function withFacts(certificate: X509Certificate): ReadCertificate | null {
  const facts: CertificateFacts | { readonly unreadable: string } =
    readCertificateFacts(certificate);
  return "unreadable" in facts ? null : { certificate, facts };
}
