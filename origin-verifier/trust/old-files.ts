import { basename } from "node:path";
import type { HostPattern } from "../../shared/hostname.ts";
import type { OldFileFacts } from "../events.ts";
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
  const from = oldFrom(facts);
  return from !== null && now >= from;
}

/** The first millisecond in which a file is old; null where it never is. */
function oldFrom(facts: LockFacts): number | null {
  if (facts.lock === "header" || facts.fetched === null) return null;
  return facts.fetched + OLD_AFTER_MS[facts.lock] + 1;
}

/** A file that grows old, and what is said of it then. */
export interface FileAge extends OldFileFacts {
  /** Milliseconds since 1970. */
  readonly oldFrom: number;
}

/** The files of a trust that grow old, or have, each once: several origins may ask for one. */
export function fileAges({ origins }: Pick<TrustFacts, "origins">): readonly FileAge[] {
  const files = new Map<string, { facts: LockFacts; hostnames: HostPattern[] }>();
  for (const { policy } of origins.values()) {
    for (const facts of policy.also) {
      if (facts.lock === "header") continue;
      const known = files.get(facts.file) ?? { facts, hostnames: [] };
      known.hostnames.push(...policy.hostnames);
      files.set(facts.file, known);
    }
  }
  return [...files.values()].flatMap(({ facts, hostnames }): readonly FileAge[] => {
    const from = oldFrom(facts);
    if (facts.lock === "header" || facts.fetched === null || from === null) return [];
    const { lock, file, fetched } = facts;
    const [message = ""] = warningOf(facts, hostnames, from);
    const when = new Date(fetched).toISOString();
    return [{ lock, file, fetched: when, hostnames, message, oldFrom: from }];
  });
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
  const what = `${basename(facts.file)}, which ${fewOf(hostnames)} asks for beside the certificate,`;
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

/** A line that somebody can read: of a file that a thousand tenants ask for, the first few. */
function fewOf(hostnames: readonly HostPattern[]): string {
  const few = hostnames.slice(0, MOST_NAMED).join(", ");
  const more = hostnames.length - MOST_NAMED;
  return more > 0 ? `${few} and ${more} more` : few;
}

const MOST_NAMED = 10;
