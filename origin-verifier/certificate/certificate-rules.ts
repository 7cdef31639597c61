import type { CertificateFacts, UnreadableCertificate } from "./certificate-facts.ts";

/** The rules that a certificate can break all by itself, whoever issued it and whatever the time. */
export type CertificateReason =
  | "not-version-3"
  | "certificate-is-a-ca"
  | "not-for-client-auth"
  | "weak-key"
  | "weak-signature"
  | "malformed-certificate";

/** Why a certificate is refused. `detail` is for the operator's log: printable ASCII, never for a stranger. */
export interface CertificateRefusal {
  readonly reason: CertificateReason;
  readonly detail: string;
}

/**
 * The first rule that a pull certificate breaks; null for one that breaks none.
 *
 * OpenSSL's purpose check lets a certificate pull that has no extended key usage, that is a CA, or that is of version 1: it
 * asks whether something forbids the use. Here something must allow it.
 */
export function leafProblem(
  facts: CertificateFacts | UnreadableCertificate,
): CertificateRefusal | null {
  if ("unreadable" in facts) return { reason: "malformed-certificate", detail: facts.unreadable };
  if (facts.version !== 3) {
    return { reason: "not-version-3", detail: `an X.509 version ${facts.version} certificate` };
  }
  // keyCertSign without cA is forbidden (RFC 5280 4.2.1.9), and taken for a CA by whoever looks at keyUsage alone.
  if (facts.isCa || facts.keyUsage?.has("keyCertSign") === true) {
    return { reason: "certificate-is-a-ca", detail: "a CA's certificate cannot pull" };
  }
  if (!facts.clientAuth) {
    return {
      reason: "not-for-client-auth",
      detail:
        facts.extendedKeyUsage === null
          ? "no extendedKeyUsage: clientAuth must be named"
          : "extendedKeyUsage does not name clientAuth",
    };
  }
  // RFC 8446 4.4.2.2: the certificate must allow signing, which is what a peer does in every handshake.
  if (facts.keyUsage !== null && !facts.keyUsage.has("digitalSignature")) {
    return { reason: "not-for-client-auth", detail: "keyUsage without digitalSignature" };
  }
  if (facts.weakKey !== null) return { reason: "weak-key", detail: facts.weakKey };
  if (facts.weakSignature !== null)
    return { reason: "weak-signature", detail: facts.weakSignature };
  const [malformed] = facts.malformed;
  return malformed === undefined ? null : { reason: "malformed-certificate", detail: malformed };
}
