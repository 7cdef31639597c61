import type { ReportFacts, VerifierEvent } from "../events.ts";
import { createMoments, type MomentsOptions } from "./moments.ts";
import { HOUR_MS, DAY_MS, lasting, reportFacts } from "./report-end.ts";
import type { Trust } from "./trust.ts";

/** Tells ahead of the ends of report mode. Nothing is decided by it: the judge looks at the clock by itself. */
export interface ReportEnds {
  /** From now on tells of this trust's ends, and of no other's. */
  readonly follow: (trust: Trust) => void;
}

/** What it is made with. */
export interface AnnouncedBy extends Omit<MomentsOptions, "come"> {
  readonly emit: (event: VerifierEvent) => void;
}

const AHEAD_MS = [7 * DAY_MS, DAY_MS, HOUR_MS, 0];

/** Follows no trust yet. What ends within a week at that moment is said by the trust's own warnings. */
export function createReportEnds({ emit, ...clock }: AnnouncedBy): ReportEnds {
  let ends: readonly ReportFacts[] = [];
  const moments = createMoments({
    ...clock,
    come: (after, until) => {
      for (const facts of ends) {
        const end = Date.parse(facts.until);
        // One line for those that have passed: after a long sleep of the machine the others are no news.
        if (!momentsOf(facts).some((moment) => after < moment && moment <= until)) continue;
        if (end <= until) emit({ event: "report-ended", ...facts });
        else emit({ event: "report-ends", left: lasting(end - until), ...facts });
      }
    },
  });
  return {
    follow: (trust) => {
      ends = reportFacts(trust);
      moments.follow(ends.flatMap((facts) => momentsOf(facts)));
    },
  };
}

function momentsOf({ until }: ReportFacts): readonly number[] {
  return AHEAD_MS.map((ahead) => Date.parse(until) - ahead);
}
