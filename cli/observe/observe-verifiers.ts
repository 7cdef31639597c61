import { readStatus, type LiveStatus } from "../verifiers/read-status.ts";
import type { VerifierUrl } from "../verifiers/verifier-url.ts";
import type { ObservedVerifier, VerifierStatus } from "./observed.ts";

/** Asks every verifier that was named. */
export async function observeVerifiers(
  urls: readonly VerifierUrl[],
  token: string | null,
): Promise<readonly ObservedVerifier[]> {
  return await Promise.all(
    urls.map(async (url) => {
      const status = await readStatus(url, token);
      if (status.known)
        return { url, status: { known: true as const, value: toStatus(status.value) } };
      return { url, status: { known: false as const, why: `${status.why}; ${status.next}` } };
    }),
  );
}

function toStatus(live: LiveStatus): VerifierStatus {
  const { now, watchingSince, mappingDigest, generation, reloadFailure } = live;
  const hostnames = Object.entries(live.hostnames).map(
    ([name, { originHostnames, accepts, seen }]) =>
      [name, { originHostnames, accepts, seen }] as const,
  );
  return {
    now,
    watchingSince,
    mappingDigest,
    generation,
    reloadFailure,
    hostnames: Object.fromEntries(hostnames),
  };
}
