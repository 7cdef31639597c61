import type { Limits } from "../limits.ts";

/** A clock that costs nothing to look at: it goes on each time that everything is looked over. */
export interface CoarseClock {
  /** Milliseconds since some time, late by less than one interval. */
  readonly now: () => number;
  /** Milliseconds that have passed for sure since then: who has a limit of some has had all of them. */
  readonly passedSince: (then: number) => number;
  /** Looks something over, again and again, until it is told to end. */
  readonly everyInterval: (look: () => void) => () => void;
}

/**
 * Makes the clock. One timer for all connections in the place of several for each pull: a timer that is set and cleared
 * costs more than reading the head that it watches.
 *
 * @param intervalMs what is watched by it ends later than its time by less than two of them, and never sooner.
 */
export function createCoarseClock(intervalMs: number): CoarseClock {
  let now = 0;
  let ticked = performance.now();
  const looks = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    const before = ticked;
    ticked = performance.now();
    // Where we had no turn of the processor for seconds, whatever came meanwhile has not been read yet: nobody is slow for it.
    now += Math.min(ticked - before, 2 * intervalMs);
    for (const look of looks) look();
  };
  return {
    now: () => now,
    passedSince: (then) => now - then - intervalMs,
    everyInterval: (look) => {
      looks.add(look);
      // It has stood still while there was nothing to look over.
      if (timer === undefined) ticked = performance.now();
      timer ??= setInterval(tick, intervalMs).unref();
      return () => {
        looks.delete(look);
        if (looks.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

/**
 * An interval in milliseconds, so short that what has the shortest limit ends within a quarter of it behind its time, and long enough to
 * cost nothing.
 */
export function coarseIntervalMs({
  headersMs,
  bodyIdleMs,
  keepAliveMs,
  applicationMs,
}: Limits): number {
  const shortest = Math.min(headersMs, bodyIdleMs, keepAliveMs, applicationMs);
  return Math.min(1_000, Math.max(25, Math.floor(shortest / 8)));
}
