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
