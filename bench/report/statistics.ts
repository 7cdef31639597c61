/** The middle of several figures, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The value below which a share of the figures lies. @param share from 0 to 1. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median, least and most. */
export function spreadOf(figures: readonly number[]): Spread {
  return {
    median: quantile(figures, 0.5),
    least: quantile(figures, 0),
    most: quantile(figures, 1),
  };
}

/** The ratios of two lists, round by round: what the machine did in a round, it did to both. */
export function ratios(ours: readonly number[], theirs: readonly number[]): readonly number[] {
  return ours.flatMap((figure, round) => {
    const other = theirs[round];
    return other === undefined ? [] : [figure / other];
  });
}
