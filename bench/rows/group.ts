import type { Row } from "../report/row.ts";
import type { Samples } from "../support/rotate.ts";
import type { World } from "../support/world.ts";

/** What a group of rows came to. */
export interface Measured {
  readonly rows: readonly Row[];
  /** What was measured, server by server: for plots, and for whoever wants to look again. */
  readonly samples: Samples;
  /** How often was measured, in words, where it was not in windows. */
  readonly how?: string;
}

/** Rows that are measured together: `--only NAME`. */
export interface Group {
  readonly name: string;
  readonly title: string;
  readonly measure: (world: World) => Promise<Measured>;
}

/** One figure of every window of a server; empty where it was not measured. */
export function figures(
  samples: Samples,
  server: string,
  figure: "rate" | "cpu" | "p50" | "p99",
): readonly number[] {
  return (samples.get(server) ?? []).map((sample) => sample[figure] ?? Number.NaN);
}

/** What a quick run leaves out: what no bar is held against. */
export function unlessQuick<T>({ timing }: World, all: readonly T[]): readonly T[] {
  return timing.isQuick ? [] : all;
}
