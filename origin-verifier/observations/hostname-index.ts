import {
  parseHostname,
  wildcardOver,
  type HostPattern,
  type Hostname,
} from "../../shared/hostname.ts";
import type { Trust } from "../trust/trust.ts";

/** Finds the mapping's hostname that a pull belongs to; null where it belongs to none. */
export type HostnameIndex = (
  originHostname: Hostname | null,
  hostname: string | null,
) => HostPattern | null;

/**
 * Compiles the index of a trust. What comes out is a key of the mapping and nothing that a peer wrote: that is what keeps
 * labels and memory bounded.
 *
 * Of an origin hostname with one hostname every pull belongs to that one; of one with several, to the one that was asked
 * for, and a pull that asked for none of them (a stranger is refused before it could) belongs to none.
 */
export function createHostnameIndex(trust: Trust): HostnameIndex {
  const byOrigin = new Map<
    Hostname,
    { readonly only: HostPattern | null; readonly patterns: ReadonlySet<HostPattern> }
  >();
  for (const [originHostname, { policy }] of trust.origins) {
    const [first, ...others] = policy.hostnames;
    byOrigin.set(originHostname, {
      only: others.length === 0 ? first : null,
      patterns: new Set(policy.hostnames),
    });
  }
  return (originHostname, hostname) => {
    const origin = originHostname === null ? undefined : byOrigin.get(originHostname);
    if (origin === undefined) return null;
    if (origin.only !== null) return origin.only;
    if (hostname === null) return null;
    // An accepted pull's hostname is parsed already, and nearly always a key as it stands.
    if (origin.patterns.has(hostname as HostPattern)) return hostname as HostPattern;
    const asked = parseHostname(hostname);
    if (asked === null) return null;
    if (origin.patterns.has(asked)) return asked;
    const wildcard = wildcardOver(asked);
    return wildcard !== null && origin.patterns.has(wildcard) ? wildcard : null;
  };
}
