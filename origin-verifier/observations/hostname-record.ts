import type { RefusalReason } from "../judge/refusal.ts";
import { createMinuteCounts, type MinuteCounts } from "./minute-counts.ts";
import { createSeenCertificates, type SeenCertificates } from "./seen-certificates.ts";

/** What is counted of one hostname, or of all pulls that belong to none. Its size is bounded by the reasons there are. */
export interface HostnameRecord {
  accepted: number;
  /** Milliseconds since 1970; null before the first. */
  lastAccepted: number | null;
  readonly acceptedByMinute: MinuteCounts;
  readonly refused: Map<RefusalReason, RefusalRecord>;
  readonly seen: SeenCertificates;
}

/** What is counted of one reason. */
export interface RefusalRecord {
  total: number;
  /** Milliseconds since 1970. */
  last: number;
  readonly byMinute: MinuteCounts;
}

/** A record of nothing. */
export function createHostnameRecord(): HostnameRecord {
  return {
    accepted: 0,
    lastAccepted: null,
    acceptedByMinute: createMinuteCounts(),
    refused: new Map(),
    seen: createSeenCertificates(),
  };
}

/** Counts an accepted pull. */
export function countAccepted(record: HostnameRecord, now: number): void {
  record.accepted += 1;
  record.lastAccepted = now;
  record.acceptedByMinute.add(now);
}

/** Counts a refusal. */
export function countRefused(record: HostnameRecord, reason: RefusalReason, now: number): void {
  let refused = record.refused.get(reason);
  if (refused === undefined) {
    refused = { total: 0, last: now, byMinute: createMinuteCounts() };
    record.refused.set(reason, refused);
  }
  refused.total += 1;
  refused.last = now;
  refused.byMinute.add(now);
}
