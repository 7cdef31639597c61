import type { X509Certificate } from "node:crypto";
import { readCertificateFacts } from "../../origin-verifier/certificate/certificate-facts.ts";
import { findChain } from "../../origin-verifier/certificate/find-chain.ts";
import type { VettedIssuer } from "../../origin-verifier/certificate/vetted-issuer.ts";

/**
 * Whether a leaf chains to an issuer's file at this moment: `findChain` without its reasons, for a caller that has not read
 * the leaf yet. False for a leaf that cannot be read exactly. Costs a signature's check and two readings: once a connection.
 *
 * @param now ms since the epoch.
 */
export function signedBy(leaf: X509Certificate, issuer: VettedIssuer, now: number): boolean {
  const facts = readCertificateFacts(leaf);
  return !("unreadable" in facts) && findChain({ certificate: leaf, facts }, issuer, now).ok;
}
