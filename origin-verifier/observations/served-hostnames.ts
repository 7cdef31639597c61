import type { HostPattern, Hostname } from "../../shared/hostname.ts";
import type { PolicyFacts } from "../judge/policy.ts";
import type { TrustFacts } from "../trust/trust.ts";

/** One hostname of the mapping, as it is served here. */
export interface ServedHostname {
  readonly hostname: HostPattern;
  /** Of the first of its origin hostnames; the mapping's parser has made sure that the others' accept the same. */
  readonly policy: PolicyFacts;
  /** Those of its origins that are served here, in the order of the mapping. */
  readonly originHostnames: readonly [Hostname, ...Hostname[]];
}

/** Every hostname that is served here, once: one whose pulls go to several origins may have several of them here. */
export function servedHostnames({
  origins,
}: Pick<TrustFacts, "origins">): readonly ServedHostname[] {
  const served = new Map<HostPattern, ServedHostname>();
  for (const [originHostname, { policy }] of origins) {
    for (const hostname of policy.hostnames) {
      const before = served.get(hostname);
      const originHostnames = [...(before?.originHostnames ?? []), originHostname] as [
        Hostname,
        ...Hostname[],
      ];
      served.set(hostname, { hostname, policy: before?.policy ?? policy, originHostnames });
    }
  }
  return [...served.values()];
}
