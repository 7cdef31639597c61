/** How far back is counted by the minute. */
export const MINUTES = 60;

const MINUTE_MS = 60_000;

/** Counts of the last hour, minute by minute, in a fixed piece of memory: whoever causes them cannot make it grow. */
export interface MinuteCounts {
  /** Counts one more in the minute of `now`, in milliseconds since 1970. */
  readonly add: (now: number) => void;
  /** The counts of the last {@link MINUTES} minutes, the oldest first; the last is the minute that `now` is in. */
  readonly last: (now: number) => readonly number[];
  /** The sum of {@link MinuteCounts.last}. */
  readonly sum: (now: number) => number;
}

/** Makes counts that are all zero. */
export function createMinuteCounts(): MinuteCounts {
  const counts = new Uint32Array(MINUTES);
  let newest = 0;

  // A clock that was set back counts on in the newest minute: time that has passed is not passed again.
  const advance = (now: number): void => {
    const minute = Math.max(newest, Math.floor(now / MINUTE_MS));
    if (minute === newest) return;
    for (let at = Math.max(newest + 1, minute - MINUTES + 1); at <= minute; at += 1)
      counts[at % MINUTES] = 0;
    newest = minute;
  };

  const last = (now: number): readonly number[] => {
    advance(now);
    return Array.from(counts, (_, at) => counts[(newest + 1 + at) % MINUTES] ?? 0);
  };

  return {
    add: (now) => {
      advance(now);
      counts[newest % MINUTES] = (counts[newest % MINUTES] ?? 0) + 1;
    },
    last,
    sum: (now) => {
      advance(now);
      let sum = 0;
      for (const count of counts) sum += count;
      return sum;
    },
  };
}
