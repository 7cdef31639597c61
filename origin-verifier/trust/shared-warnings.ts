import type { HostPattern, Hostname } from "../../shared/hostname.ts";
import type { TrustFacts } from "./trust.ts";

/** Hostnames that Cloudflare's shared certificate opens, by origin hostname. */
export interface SharedFacts {
  readonly originHostname: Hostname;
  readonly hostnames: readonly HostPattern[];
}

/** Where the shared certificate is accepted. */
export function sharedFacts({ origins }: Pick<TrustFacts, "origins">): readonly SharedFacts[] {
  return [...origins.values()].flatMap(({ policy: { accepts, originHostname, hostnames } }) =>
    accepts.by === "shared" ? [{ originHostname, hostnames }] : [],
  );
}

/** The same, each a sentence that says what it means: told at the start, at each reload, and for as long as it is so. */
export function sharedWarnings(trust: Pick<TrustFacts, "origins">): readonly string[] {
  return sharedFacts(trust).map(
    ({ hostnames }) =>
      `${hostnames.join(", ")}: guarded by Cloudflare's shared certificate alone, ${SHARED_MEANS}`,
  );
}

/** What the shared certificate is worth, as the second half of a sentence. */
export const SHARED_MEANS =
  "which any Cloudflare customer can have presented by pointing a zone at this address";
