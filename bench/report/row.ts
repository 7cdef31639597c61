import type { Spread } from "./statistics.ts";
import { ratios, spreadOf } from "./statistics.ts";

/** What a figure must be, to be good enough. */
export type Bar = { readonly least: number } | { readonly most: number };

/** A server that a row is of. */
export interface RowServer {
  /** Its name among the samples. */
  readonly name: string;
  /** Cores that it can use at most. */
  readonly cores: number;
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** Null where the figure stands for itself. */
  readonly against: string | null;
  /** Medians of ours, and of what it is held against. */
  readonly ours: number;
  readonly theirs: number | null;
  readonly unit: string;
  /** Our figure by theirs, in the same round; where there is nothing to hold it against, the figure itself. */
  readonly measured: Spread;
  readonly bar: Bar | null;
  /** What would be better still. */
  readonly aim: number | null;
  /** What has to be known to read it. */
  readonly note: string | null;
  /** Whose windows it was made of; empty where there are none. */
  readonly servers: readonly RowServer[];
  /** Whether README.md has it, even without a bar. */
  readonly isShown: boolean;
}

/** Whether a bar was reached: by the median; and whether every single round says the same. */
export interface Verdict {
  readonly reached: boolean;
  readonly sure: boolean;
}

/** The verdict; null where there is no bar. */
export function verdictOf({ bar, measured }: Pick<Row, "bar" | "measured">): Verdict | null {
  if (bar === null) return null;
  const reaches = (figure: number): boolean =>
    "least" in bar ? figure >= bar.least : figure <= bar.most;
  const reached = reaches(measured.median);
  return {
    reached,
    sure: [measured.least, measured.most].every((one) => reaches(one) === reached),
  };
}

/** What a row of ratios is made of, its figures apart. */
export interface RatioRow extends Partial<Pick<Row, "bar" | "aim" | "note" | "isShown">> {
  readonly what: string;
  readonly unit: string;
  /** The names of the two servers among the samples: ours, and what it is held against. */
  readonly servers: readonly [ours: string, theirs: string];
  /** Cores that each of them can use. Default: one. */
  readonly cores?: readonly [ours: number, theirs: number];
}

/** A row of ratios; none where one of the two was not measured. */
export function ratioRow(
  { servers: [our, their], cores: [ourCores, theirCores] = [1, 1], ...row }: RatioRow,
  ours: readonly number[],
  theirs: readonly number[],
): readonly Row[] {
  const measured = ratios(ours, theirs);
  if (measured.length === 0) return [];
  return [
    {
      bar: null,
      aim: null,
      note: null,
      isShown: false,
      ...row,
      against: their,
      servers: [
        { name: our, cores: ourCores },
        { name: their, cores: theirCores },
      ],
      ours: spreadOf(ours).median,
      theirs: spreadOf(theirs).median,
      measured: spreadOf(measured),
    },
  ];
}

/** A row of a figure that is held against a number. */
export function figureRow(
  row: Pick<Row, "what" | "unit"> & Partial<Pick<Row, "against" | "bar" | "note" | "theirs">>,
  figures: readonly number[],
): Row {
  const measured = spreadOf(figures);
  return {
    against: null,
    theirs: null,
    bar: null,
    note: null,
    servers: [],
    isShown: false,
    ...row,
    aim: null,
    ours: measured.median,
    measured,
  };
}
