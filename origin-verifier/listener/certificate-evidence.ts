import type { IssuerName } from "../../shared/mapping.ts";
import type { CertificateFacts } from "../certificate/certificate-facts.ts";
import { findChain } from "../certificate/find-chain.ts";
import { chainRevocationState, revocationState } from "../certificate/revocation.ts";
import type { CertificateEvidence, Revocation } from "../judge/evidence.ts";
import type { IssuerTrust, Trust } from "../trust/trust.ts";
import type { Peer, PresentedCertificate } from "./peer.ts";

/**
 * What the current trust makes of a peer's certificate; read once a connection and trust generation, since checking a
 * signature costs as much as ten requests.
 */
export function certificateEvidence(
  peer: Peer,
  trust: Trust,
  now: number,
): CertificateEvidence | null {
  if (peer.certificate.generation !== trust.generation) {
    const evidence = peer.presented === null ? null : read(peer, peer.presented, trust, now);
    peer.certificate = { generation: trust.generation, evidence };
  }
  return peer.certificate.evidence;
}

function read(
  peer: Peer,
  { x509, fingerprint, facts, defect }: PresentedCertificate,
  trust: Trust,
  now: number,
): CertificateEvidence {
  const signers = new Set<IssuerName>();
  const revocation = new Map<IssuerName, Revocation>();
  const ours = needsOurCheck(peer, trust);
  for (const issuer of trust.issuers.values()) {
    if (facts === null) continue;
    const checked =
      ours || issuer.crls.length > 0
        ? findChain({ certificate: x509, facts }, issuer.issuer, now)
        : null;
    if (checked?.ok === true) signers.add(issuer.name);
    if (issuer.crls.length > 0)
      revocation.set(issuer.name, revocationBy(facts, checked, issuer, now));
  }
  return {
    fingerprint,
    notBefore: facts?.notBefore ?? Number.NaN,
    notAfter: facts?.notAfter ?? Number.NaN,
    dnsNames: facts?.names.dns ?? [],
    defect,
    signers,
    revocation,
  };
}

function revocationBy(
  facts: CertificateFacts,
  checked: ReturnType<typeof findChain> | null,
  { crls }: IssuerTrust,
  now: number,
): Revocation {
  const state =
    checked?.ok === true
      ? chainRevocationState(facts, checked.chain, crls, now)
      : revocationState(facts, crls, now);
  return state === "stale" ? "good" : state;
}

/** A listed fingerprint that the engine chained to today's issuer file needs no second check; all else does. */
function needsOurCheck({ engine, originHostname }: Peer, trust: Trust): boolean {
  const policy = originHostname === null ? undefined : trust.origins.get(originHostname)?.policy;
  if (policy === undefined) return true;
  return (
    !engine.authorized ||
    policy.accepts.by === "issuer" ||
    engine.issuerDigest !== policy.issuerDigest
  );
}
