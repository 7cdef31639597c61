import type { CertificateFacts } from "./certificate-facts.ts";
import type { Chain } from "./find-chain.ts";
import { isRevoked } from "./read-crl.ts";
import type { VettedCrl } from "./read-crl.ts";

/**
 * What the lists say about a certificate: `revoked`, on a list of its issuer (a stale one too: a revocation does not lapse);
 * `missing`, no list of its issuer; `stale`, every such list is past its nextUpdate; `good`.
 */
export type RevocationState = "good" | "stale" | "missing" | "revoked";

// The worst of a chain decides.
const ORDER: readonly RevocationState[] = ["good", "stale", "missing", "revoked"];

/** The state of one certificate. Lists are found by the issuer's name, whichever of its keys signed them. */
export function revocationState(
  facts: Pick<CertificateFacts, "issuer" | "serialNumber">,
  crls: readonly VettedCrl[],
  now: number,
): RevocationState {
  const own = crls.filter(({ issuer }) => issuer === facts.issuer);
  if (own.length === 0) return "missing";
  if (isRevoked(facts, own)) return "revoked";
  return own.some((crl) => crl.thisUpdate <= now && now < crl.nextUpdate) ? "good" : "stale";
}

/** The worst state of a leaf and of the CAs that lead to the anchor; the anchor itself answers to nobody. */
export function chainRevocationState(
  leaf: Pick<CertificateFacts, "issuer" | "serialNumber">,
  chain: Chain,
  crls: readonly VettedCrl[],
  now: number,
): RevocationState {
  const answerable = [leaf, ...chain.cas.slice(0, -1).map(({ facts }) => facts)];
  const states = answerable.map((facts) => revocationState(facts, crls, now));
  return ORDER.findLast((state) => states.includes(state)) ?? "good";
}

/** Until when some list of every issuer is fresh, ms since the epoch: for a warning ahead of it. Null without lists. */
export function crlsFreshUntil(crls: readonly VettedCrl[]): number | null {
  const byIssuer = new Map<string, number>();
  for (const { issuer, nextUpdate } of crls) {
    byIssuer.set(issuer, Math.max(nextUpdate, byIssuer.get(issuer) ?? 0));
  }
  return byIssuer.size === 0 ? null : Math.min(...byIssuer.values());
}
