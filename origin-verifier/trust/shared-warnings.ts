import type { HostPattern, Hostname } from "../../shared/hostname.ts";
import type { Policy } from "../judge/policy.ts";
import type { TrustFacts } from "./trust.ts";

/** Hostnames that Cloudflare's shared certificate opens, by origin hostname. */
export interface SharedFacts {
  readonly originHostname: Hostname;
  readonly hostnames: readonly HostPattern[];
  /** What guards them, in words: the shared certificate alone, or with a secret beside it. */
  readonly guard: string;
}

/** Where the shared certificate is accepted. */
export function sharedFacts({ origins }: Pick<TrustFacts, "origins">): readonly SharedFacts[] {
  return [...origins.values()].flatMap(({ policy }) => {
    const { originHostname, hostnames } = policy;
    const guard = sharedGuard(policy);
    return guard === null ? [] : [{ originHostname, hostnames, guard }];
  });
}

/** What guards a hostname that the shared certificate opens, and what that is worth; null for every other. */
export function sharedGuard({ accepts }: Pick<Policy, "accepts">): string | null {
  if (accepts.by !== "shared") return null;
  const guards = accepts.alone
    ? "guarded by Cloudflare's shared certificate alone"
    : "guarded by X-Pull-Secret, and by Cloudflare's shared certificate";
  return `${guards}, ${SHARED_MEANS}`;
}

/** The same, each a sentence that says what it means: told at the start, at each reload, and for as long as it is so. */
export function sharedWarnings(trust: Pick<TrustFacts, "origins">): readonly string[] {
  return sharedFacts(trust).map(({ hostnames, guard }) => `${hostnames.join(", ")}: ${guard}`);
}

/** What the shared certificate is worth, as the second half of a sentence. */
export const SHARED_MEANS =
  "which any Cloudflare customer can have presented by pointing a zone at this address";
