import { HOUR_MS } from "./report-end.ts";

/** Tells of moments when they come. Nothing is decided by it: whoever judges looks at the clock by himself. */
export interface Moments {
  /** From now on tells of these, in milliseconds since 1970, and of no others. */
  readonly follow: (moments: readonly number[]) => void;
}

/** What they are made with. */
export interface MomentsOptions {
  /** Called when some have come: all that are later than `after`, and not later than `until`. None comes twice. */
  readonly come: (after: number, until: number) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs something later, once; returns how not to. Default a timer that keeps no process alive. */
  readonly later?: (run: () => void, ms: number) => () => void;
}

/**
 * A timer sleeps no longer than this. One of more than 24.8 days ends at once (its milliseconds are 32 bits), and none
 * knows of a clock that was set, or of a machine that slept.
 */
const LONGEST_MS = HOUR_MS;

/** Follows none yet. What has come before it is told to follow it is past, and not told. */
export function createMoments({ come, now, later = timer }: MomentsOptions): Moments {
  let told = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;

  const tell = (moments: readonly number[]): void => {
    const at = now();
    if (moments.some((moment) => told < moment && moment <= at)) come(told, at);
    // A clock that was set back tells nothing again.
    told = Math.max(told, at);
    const next = Math.min(...moments.filter((moment) => moment > told));
    if (Number.isFinite(next))
      cancel = later(() => tell(moments), Math.max(1, Math.min(next - at, LONGEST_MS)));
  };

  return {
    follow: (moments) => {
      cancel?.();
      told = Math.max(told, now());
      tell(moments);
    },
  };
}

function timer(run: () => void, ms: number): () => void {
  const waiting = setTimeout(run, ms);
  waiting.unref();
  return () => clearTimeout(waiting);
}
