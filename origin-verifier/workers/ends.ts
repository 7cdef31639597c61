import { EXIT_CUT_OFF } from "../command/stop-verifier.ts";

/** The exit code of a worker whose listener was found unsafe: none of them is any safer. */
export const EXIT_UNSAFE = 3;

const FIRST_MS = 100;
const MOST_MS = 30_000;
/** Who ran for as long as this has not ended for the reason for which it would end again at once. */
const WELL_MS = 60_000;

/** How a process ended. */
export interface End {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * When a worker that ended by itself is started again: at first at once, as it seems to people; after each end that follows
 * soon, twice as late, up to half a minute.
 *
 * @param soon how many ends came soon after their start, one after the other, this one included.
 */
export function restartDelay(soon: number): number {
  return Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(Math.max(0, soon - 1), 20));
}

/** How many ends have come soon after their start, this one included. */
export function endsSoon(before: number, ranMs: number): number {
  return ranMs >= WELL_MS ? 0 : before + 1;
}

/** The exit code of all, from those of each: the worst. Who was ended by a signal had answers to give. */
export function worstExit(ends: readonly End[]): number {
  const codes = ends.map(({ code }) => code ?? EXIT_CUT_OFF);
  if (codes.includes(EXIT_UNSAFE)) return EXIT_UNSAFE;
  const [other] = codes.filter((code) => code !== 0 && code !== EXIT_CUT_OFF);
  return other ?? (codes.includes(EXIT_CUT_OFF) ? EXIT_CUT_OFF : 0);
}
