import type { IssuerName } from "../../shared/mapping.ts";
import type { CertificateFacts } from "../certificate/certificate-facts.ts";
import { findChain, type FoundChain } from "../certificate/find-chain.ts";
import { chainRevocationState, revocationState } from "../certificate/revocation.ts";
import type { CertificateEvidence, Revocation } from "../judge/evidence.ts";
import type { IssuerTrust, Trust } from "../trust/trust.ts";
import { knownUnder } from "./known-certificates.ts";
import type { Peer, PresentedCertificate } from "./peer.ts";
import type { ReadEvidence } from "./read-evidence.ts";

/**
 * What the current trust makes of a peer's certificate. Read once a certificate and trust, since checking a signature
 * costs as much as ten requests.
 *
 * Every chain is found by us, a listed certificate's too: the engine builds them through whatever intermediates the peer
 * sends, and is content with a SHA-1 signature among those.
 */
export function certificateEvidence(
  peer: Peer,
  trust: Trust,
  now: number,
): CertificateEvidence | null {
  if (!holds(peer.certificate, trust, now)) {
    peer.certificate =
      peer.presented === null
        ? { generation: trust.generation, ...ALWAYS, evidence: null }
        : // The connection's own: what is written for it is remembered by it.
          { ...evidenceOf(peer.presented, trust, now) };
  }
  return peer.certificate.evidence;
}

const ALWAYS = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

function holds({ generation, from, until }: ReadEvidence, trust: Trust, now: number): boolean {
  return generation === trust.generation && from <= now && now < until;
}

function evidenceOf(presented: PresentedCertificate, trust: Trust, now: number): ReadEvidence {
  const known = knownUnder(trust);
  const before = known.find(presented.x509)?.read;
  if (before !== undefined && holds(before, trust, now)) return before;
  const read = readEvidence(presented, trust, now);
  known.keep({ presented, read });
  return read;
}

function readEvidence(
  { x509, fingerprint, facts, defect }: PresentedCertificate,
  trust: Trust,
  now: number,
): ReadEvidence {
  const signers = new Set<IssuerName>();
  const revocation = new Map<IssuerName, Revocation>();
  for (const issuer of trust.issuers.values()) {
    if (facts === null) continue;
    const found = findChain({ certificate: x509, facts }, issuer.issuer, now);
    if (found.ok) signers.add(issuer.name);
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
  return { generation: trust.generation, ...around(trust, now), evidence };
}

/** The time around now in which no CA begins to be valid, or ceases to be: which chain is found depends on nothing else of it. */
function around(trust: Trust, now: number): Pick<ReadEvidence, "from" | "until"> {
  let { from, until } = ALWAYS;
  for (const { issuer } of trust.issuers.values()) {
    for (const { facts } of issuer.certificates) {
      for (const date of [facts.notBefore, facts.notAfter]) {
        if (date <= now) from = Math.max(from, date);
        else until = Math.min(until, date);
      }
    }
  }
  return { from, until };
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
