/** How long and how often is measured. */
export interface Timing {
  /** Rounds; in each, every server has its turn. */
  readonly rounds: number;
  /** Milliseconds of load before the first round, for each server: what is compiled while it runs is compiled then. */
  readonly heatMs: number;
  /** Milliseconds of load before each window. */
  readonly warmMs: number;
  /** Milliseconds that are measured. */
  readonly windowMs: number;
  readonly isQuick: boolean;
}

/** Fifteen minutes in all. */
export const WHOLE: Timing = {
  rounds: 7,
  heatMs: 1500,
  warmMs: 250,
  windowMs: 2000,
  isQuick: false,
};

/** Under two minutes in all; its figures are good for nothing but to see whether something is much changed. */
export const QUICK: Timing = { rounds: 3, heatMs: 500, warmMs: 100, windowMs: 400, isQuick: true };

/** For what takes long to set up, or many servers: two rounds fewer, and a part of the window. */
export function shorter({ rounds, windowMs, heatMs }: Timing, part: number): Partial<Timing> {
  return {
    rounds: Math.max(1, Math.min(rounds, 2), rounds - 2),
    windowMs: windowMs * part,
    heatMs: heatMs * part,
  };
}

/**
 * For servers that are started anew so many times: rounds for each start, as many in all and some more. A quick run starts them once.
 */
export function anew(
  { rounds, isQuick }: Timing,
  starts: number,
): { readonly starts: number; readonly timing: Partial<Timing> } {
  return isQuick
    ? { starts: 1, timing: {} }
    : { starts, timing: { rounds: Math.ceil(rounds / starts) } };
}
