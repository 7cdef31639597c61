import { basename } from "node:path";
import type { HostPattern } from "../../shared/hostname.ts";
import type { LockFacts } from "../judge/policy.ts";
import { DAY_MS } from "./report-end.ts";
import type { TrustFacts } from "./trust.ts";

/**
 * After so long a fetched file is old. Cloudflare announces new ranges weeks ahead. A team's keys change every six weeks and at
 * any other time, and the next key signs at once: their timer runs by the hour, and two days without it is a broken timer.
 */
const OLD_AFTER_MS = { addresses: 30 * DAY_MS, access: 2 * DAY_MS } as const;

/**
 * Whether the file of a lock was fetched so long ago that it may no longer be what Cloudflare publishes. A file that does not
 * say when is one's own, and not old.
 *
 * @param now milliseconds since 1970.
 */
export function isOld(facts: LockFacts, now: number): boolean {
  if (facts.lock === "header" || facts.fetched === null) return false;
  return now - facts.fetched > OLD_AFTER_MS[facts.lock];
}

/** The command that fetches the file of a lock anew; null where none does. */
export function fetchCommandOf(facts: LockFacts): string | null {
  switch (facts.lock) {
    case "addresses":
      return "pullproof fetch addresses";
    case "access":
      return `pullproof fetch access ${facts.team}`;
    case "header":
      return null;
  }
}

/** The old files of a trust, each a sentence that says what happens and what to do. */
export function oldFileWarnings(
  { origins }: Pick<TrustFacts, "origins">,
  now: number,
): readonly string[] {
  return [...origins.values()].flatMap(({ policy }) =>
    policy.also.flatMap((facts) => warningOf(facts, policy.hostnames, now)),
  );
}

function warningOf(
  facts: LockFacts,
  hostnames: readonly HostPattern[],
  now: number,
): readonly string[] {
  if (facts.lock === "header") return [];
  const what = `${basename(facts.file)}, which ${hostnames.join(", ")} asks for beside the certificate,`;
  const next = `fetch it by a timer: ${fetchCommandOf(facts)}`;
  // Nobody's own: only Cloudflare has a team's keys.
  if (facts.lock === "access" && facts.fetched === null)
    return [
      `${what} does not say when it was fetched, so nothing can tell when it is old: ${next}`,
    ];
  if (!isOld(facts, now)) return [];
  const day = new Date(facts.fetched ?? 0).toISOString().slice(0, 10);
  const then = facts.lock === "access" ? "a token with a newer key" : "a pull from a newer range";
  return [`${what} was fetched on ${day}: ${then} is refused; ${next}`];
}
