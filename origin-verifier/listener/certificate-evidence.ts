import type { IssuerName } from "../../shared/mapping.ts";
import type { CertificateFacts } from "../certificate/certificate-facts.ts";
import { findChain, type FoundChain } from "../certificate/find-chain.ts";
import { chainRevocationState, revocationState } from "../certificate/revocation.ts";
import type { CertificateEvidence, Revocation } from "../judge/evidence.ts";
import type { IssuerTrust, Trust } from "../trust/trust.ts";
import type { Peer, PresentedCertificate } from "./peer.ts";
import type { ReadEvidence } from "./read-evidence.ts";

/**
 * What the current trust makes of a peer's certificate. Read once a connection and trust generation, since checking a
 * signature costs as much as ten requests.
 *
 * Every chain is found by us, a listed certificate's too: the engine builds them through whatever intermediates the peer
 * sends, and is content with a SHA-1 signature among those.
 */
export function certificateEvidence(
  peer: Peer,
  trust: Trust,
  now: number,
): CertificateEvidence | null {
  const { generation, until } = peer.certificate;
  if (generation !== trust.generation || !(now < until)) {
    peer.certificate =
      peer.presented === null
        ? { generation: trust.generation, until: Number.POSITIVE_INFINITY, evidence: null }
        : read(peer.presented, trust, now);
  }
  return peer.certificate.evidence;
}

function read(
  { x509, fingerprint, facts, defect }: PresentedCertificate,
  trust: Trust,
  now: number,
): ReadEvidence {
  const signers = new Set<IssuerName>();
  const revocation = new Map<IssuerName, Revocation>();
  let until = Number.POSITIVE_INFINITY;
  for (const issuer of trust.issuers.values()) {
    if (facts === null) continue;
    const found = findChain({ certificate: x509, facts }, issuer.issuer, now);
    if (found.ok) {
      signers.add(issuer.name);
      until = Math.min(until, found.chain.notAfter);
    }
    if (issuer.crls.length > 0) {
      revocation.set(issuer.name, revocationBy(facts, found, issuer, now));
    }
  }
  const evidence = {
    fingerprint,
    notBefore: facts?.notBefore ?? Number.NaN,
    notAfter: facts?.notAfter ?? Number.NaN,
    dnsNames: facts?.names.dns ?? [],
    defect,
    signers,
    revocation,
  };
  return { generation: trust.generation, until, evidence };
}

function revocationBy(
  facts: CertificateFacts,
  found: FoundChain,
  { crls }: IssuerTrust,
  now: number,
): Revocation {
  const state = found.ok
    ? chainRevocationState(facts, found.chain, crls, now)
    : revocationState(facts, crls, now);
  return state === "stale" ? "good" : state;
}
