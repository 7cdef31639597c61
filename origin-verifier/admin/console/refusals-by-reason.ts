import type { RefusalReason } from "../../judge/refusal.ts";
import { MINUTES } from "../../observations/minute-counts.ts";
import type { HostnameObservation } from "../../observations/observations.ts";
import { reasonKind, type ReasonKind } from "../../observations/reason-kind.ts";
import { sum, type ConsoleView } from "./console-view.ts";

type Observed = Pick<ConsoleView, "hostnames" | "elsewhere">;

/** The refusals of one reason in the last hour, over all hostnames and none. */
export interface ReasonCount {
  readonly reason: RefusalReason;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly last: number;
}

/** The reasons of the last hour, the most frequent first. */
export function refusalsByReason(view: Observed): readonly ReasonCount[] {
  const counts = new Map<RefusalReason, ReasonCount>();
  for (const [reason, { lastHour, last }] of observations(view).flatMap(({ refused }) => [
    ...refused,
  ])) {
    const count = sum(lastHour);
    const before = counts.get(reason) ?? { reason, count: 0, last: 0 };
    counts.set(reason, {
      reason,
      count: before.count + count,
      last: Math.max(before.last, last),
    });
  }
  return [...counts.values()]
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
}

/** The refusals of the last hour, minute by minute and by kind, the oldest first. */
export function refusalsByMinute(view: Observed): readonly Readonly<Record<ReasonKind, number>>[] {
  const minutes = Array.from({ length: MINUTES }, () => ({
    certificate: 0,
    application: 0,
    request: 0,
    stranger: 0,
  }));
  for (const [reason, { lastHour }] of observations(view).flatMap(({ refused }) => [...refused])) {
    for (const [at, minute] of minutes.entries()) minute[reasonKind(reason)] += lastHour[at] ?? 0;
  }
  return minutes;
}

/** The refusals of the last hour, by kind. */
export function refusedLastHour(view: Observed): Readonly<Record<ReasonKind, number>> {
  const total = { certificate: 0, application: 0, request: 0, stranger: 0 };
  for (const { reason, count } of refusalsByReason(view)) total[reasonKind(reason)] += count;
  return total;
}

function observations({ hostnames, elsewhere }: Observed): readonly HostnameObservation[] {
  return [...hostnames.map(({ observation }) => observation), elsewhere];
}
