/** What tells the fake the time: its statuses are read off a clock, never off a timer. */
export interface Clock {
  /** ms since the epoch. */
  readonly now: () => number;
}

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  readonly advance: (ms: number) => void;
}

/** A clock for tests that wait for minutes without spending them. */
export function manualClock(start = Date.now()): ManualClock {
  let now = start;
  return { now: () => now, advance: (ms) => void (now += ms) };
}
