import type { ReportFacts, VerifierEvent } from "../events.ts";
import { HOUR_MS, DAY_MS, lasting, reportFacts } from "./report-end.ts";
import type { Trust } from "./trust.ts";

/** Tells ahead of the ends of report mode. Nothing is decided by it: the judge looks at the clock by itself. */
export interface ReportEnds {
  /** From now on tells of this trust's ends, and of no other's. */
  readonly follow: (trust: Trust) => void;
}

/** What it is made with. */
export interface ReportEndsOptions {
  readonly emit: (event: VerifierEvent) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs something later, once; returns how not to. Default a timer that keeps no process alive. */
  readonly later?: (run: () => void, ms: number) => () => void;
}

const AHEAD_MS = [7 * DAY_MS, DAY_MS, HOUR_MS];
/**
 * A timer sleeps no longer than this. One of more than 24.8 days ends at once (its milliseconds are 32 bits), and none
 * knows of a clock that was set, or of a machine that slept.
 */
const LONGEST_MS = HOUR_MS;

/** Follows no trust yet. What ends within a week at that moment is said by the trust's own warnings. */
export function createReportEnds({ emit, now, later = timer }: ReportEndsOptions): ReportEnds {
  let told = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;

  const tell = (ends: readonly ReportFacts[]): void => {
    const at = now();
    for (const facts of ends) {
      const end = Date.parse(facts.until);
      // The last of those that have passed: after a long sleep of the machine the others are no news.
      const passed = [...AHEAD_MS, 0].filter((ahead) => told < end - ahead && end - ahead <= at);
      if (passed.length === 0) continue;
      if (end <= at) emit({ event: "report-ended", ...facts });
      else emit({ event: "report-ends", left: lasting(end - at), ...facts });
    }
    // A clock that was set back tells nothing again.
    told = Math.max(told, at);
    const next = Math.min(
      ...ends.flatMap(({ until }) =>
        [...AHEAD_MS, 0]
          .map((ahead) => Date.parse(until) - ahead)
          .filter((moment) => moment > told),
      ),
    );
    if (Number.isFinite(next))
      cancel = later(() => tell(ends), Math.max(1, Math.min(next - at, LONGEST_MS)));
  };

  return {
    follow: (trust) => {
      cancel?.();
      told = Math.max(told, now());
      tell(reportFacts(trust));
    },
  };
}

function timer(run: () => void, ms: number): () => void {
  const waiting = setTimeout(run, ms);
  waiting.unref();
  return () => clearTimeout(waiting);
}
