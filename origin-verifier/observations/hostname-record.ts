import type { CertificateReason, RefusalReason } from "../judge/refusal.ts";
import { createMinuteCounts, type MinuteCounts } from "./minute-counts.ts";
import { createSeenCertificates, type SeenCertificates } from "./seen-certificates.ts";

/** What is counted of one hostname, or of all pulls that belong to none. Its size is bounded by the reasons there are. */
export interface HostnameRecord {
  accepted: number;
  /** Milliseconds since 1970; null before the first. */
  lastAccepted: number | null;
  readonly acceptedByMinute: MinuteCounts;
  readonly refused: Map<RefusalReason, RefusalRecord>;
  /** Refused, and let through in report mode. */
  readonly reported: Map<CertificateReason, RefusalRecord>;
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
    reported: new Map(),
    seen: createSeenCertificates(),
  };
}

/** Counts an accepted pull. */
export function countAccepted(record: HostnameRecord, now: number): void {
  record.accepted += 1;
  record.lastAccepted = now;
  record.acceptedByMinute.add(now);
}

/** Counts one more for a reason. */
export function countReason<Reason extends RefusalReason>(
  counts: Map<Reason, RefusalRecord>,
  reason: Reason,
  now: number,
): void {
  let refused = counts.get(reason);
  if (refused === undefined) {
    refused = { total: 0, last: now, byMinute: createMinuteCounts() };
    counts.set(reason, refused);
  }
  refused.total += 1;
  refused.last = now;
  refused.byMinute.add(now);
}
