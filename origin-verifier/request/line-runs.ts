/** Lines that stay, as the first of a run and the one behind its last, in turn: they are copied as they stand, several at once. */
export type LineRuns = readonly number[];

/** The runs of those that stay. */
export function runsOf<Line>(lines: readonly Line[], stays: (line: Line) => boolean): LineRuns {
  const runs: number[] = [];
  for (const [at, line] of lines.entries()) {
    if (!stays(line)) continue;
    if (runs.at(-1) === at) runs.pop();
    else runs.push(at);
    runs.push(at + 1);
  }
  return runs;
}

/**
 * The text of the lines that stay.
 *
 * @param bounds where the first line begins, and then where each one ends.
 * @param textFrom where the text begins, by the same count.
 */
export function textOf(
  runs: LineRuns,
  text: string,
  bounds: readonly number[],
  textFrom = 0,
): string {
  let lines = "";
  for (let at = 0; at < runs.length; at += 2)
    lines += text.slice(
      (bounds[runs[at] as number] as number) - textFrom,
      (bounds[runs[at + 1] as number] as number) - textFrom,
    );
  return lines;
}
