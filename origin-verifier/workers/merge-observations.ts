import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { RefusalReason } from "../judge/refusal.ts";
import { MINUTES } from "../observations/minute-counts.ts";
import type { HostnameObservation, RefusalObservation } from "../observations/observations.ts";
import type { SeenCertificate } from "../observations/seen-certificates.ts";

/** What one process observed, and when it said so, in milliseconds since 1970. */
export interface DatedObservation {
  readonly at: number;
  readonly observation: HostnameObservation;
}

const MINUTE_MS = 60_000;

/** What several processes observed of the same hostname, as one. Counts are sums; a certificate was seen when one saw it. */
export function mergeObservations(
  dated: readonly DatedObservation[],
  now: number,
): HostnameObservation {
  const each = dated.map(({ observation }) => observation);
  const acceptedByMinute = sumOfMinutes(
    dated.map(({ at, observation }) => aged(observation.acceptedByMinute, at, now)),
  );
  return {
    accepted: sum(each.map(({ accepted }) => accepted)),
    lastAccepted: latest(each.map(({ lastAccepted }) => lastAccepted)),
    acceptedLastHour: sum(acceptedByMinute),
    acceptedByMinute,
    refused: mergeReasons(
      dated.map(({ at, observation }) => ({ at, counts: observation.refused })),
      now,
    ),
    reported: mergeReasons(
      dated.map(({ at, observation }) => ({ at, counts: observation.reported })),
      now,
    ),
    seen: mergeSeen(each.map(({ seen }) => seen)),
  };
}

/** The union: first seen when the first saw it, last seen when the last did, with what became of it then. */
export function mergeSeen(
  lists: readonly (readonly SeenCertificate[])[],
): readonly SeenCertificate[] {
  const merged = new Map<Fingerprint, SeenCertificate>();
  for (const one of lists.flat()) {
    const known = merged.get(one.fingerprint);
    merged.set(one.fingerprint, known === undefined ? one : bothSeen(known, one));
  }
  return [...merged.values()].toSorted((a, b) => b.lastSeen - a.lastSeen);
}

function bothSeen(one: SeenCertificate, other: SeenCertificate): SeenCertificate {
  const [before, after] = one.lastSeen <= other.lastSeen ? [one, other] : [other, one];
  return {
    ...after,
    firstSeen: Math.min(one.firstSeen, other.firstSeen),
    pulls: one.pulls + other.pulls,
    notAfter: after.notAfter ?? before.notAfter,
  };
}

function mergeReasons<Reason extends RefusalReason>(
  dated: readonly {
    readonly at: number;
    readonly counts: ReadonlyMap<Reason, RefusalObservation>;
  }[],
  now: number,
): ReadonlyMap<Reason, RefusalObservation> {
  const merged = new Map<Reason, RefusalObservation>();
  for (const { at, counts } of dated)
    for (const [reason, { total, last, lastHour }] of counts) {
      const known = merged.get(reason) ?? { total: 0, last, lastHour: [] };
      merged.set(reason, {
        total: known.total + total,
        last: Math.max(known.last, last),
        lastHour: sumOfMinutes([known.lastHour, aged(lastHour, at, now)]),
      });
    }
  return merged;
}

/** Counts by the minute as they stand now: what was counted by a process that has ended grows old all the same. */
function aged(minutes: readonly number[], at: number, now: number): readonly number[] {
  const passed = Math.max(0, Math.floor(now / MINUTE_MS) - Math.floor(at / MINUTE_MS));
  return Array.from({ length: MINUTES }, (_, minute) => minutes[minute + passed] ?? 0);
}

function sumOfMinutes(all: readonly (readonly number[])[]): readonly number[] {
  return Array.from({ length: MINUTES }, (_, minute) => sum(all.map((one) => one[minute] ?? 0)));
}

function latest(times: readonly (number | null)[]): number | null {
  return times.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
