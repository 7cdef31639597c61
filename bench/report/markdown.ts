import type { BenchReport } from "./report.ts";
import { idleServers, isBoundByLoad } from "./bound.ts";
import { cellsOf, headOf, HEADINGS, LEFT, notesOf, titleOf } from "./text.ts";
import { spreadOf } from "./statistics.ts";

/** The whole report as Markdown: `bench/report.md`. */
export function markdownOf(report: BenchReport): string {
  const parts = [
    "# The last whole run",
    "Written with `--write-report`; how to read it is in [README.md](README.md), and every window of it in the file of the same name that ends in `.json`.",
    headOf(report)
      .map((line) => `- ${line}`)
      .join("\n"),
  ];
  const { isQuick } = report.timing;
  for (const group of report.groups) {
    const { rows, samples } = group;
    parts.push(`## ${titleOf(group)}`);
    if (rows.length > 0) parts.push(tableOf(rows.map((row) => cellsOf(row, { samples, isQuick }))));
    for (const note of notesOf(rows)) parts.push(`Note: ${note}.`);
    const servers = serverTable(samples);
    if (servers !== null) parts.push(servers);
    const idle = idleServers(group);
    if (idle.length > 0) parts.push(`Not at the end of their core: ${idle.join("; ")}.`);
  }
  return `${parts.join("\n\n")}\n`;
}

/**
 * The rows that have a bar, those that are to be seen beside them, and where they were measured: for README.md. Without bars and
 * verdicts, which are about our own goals and in the report.
 */
export function readmeTableOf(report: BenchReport): string {
  const { isQuick } = report.timing;
  const shown = report.groups.flatMap(({ rows, samples }) =>
    rows
      .filter(({ bar, isShown }) => bar !== null || isShown)
      .map((row) => ({
        row,
        cells: cellsOf(row, { samples, isQuick }).slice(0, -GOALS),
        isBound: isBoundByLoad(row, samples),
      })),
  );
  const notes = notesOf(shown.map(({ row }) => row)).map((note) => `Note: ${note}.`);
  if (shown.some(({ isBound }) => isBound)) notes.unshift(BOUND);
  const [where = "", versions = ""] = headOf(report);
  const marked = shown.map(({ cells, isBound }) =>
    isBound ? [...cells.slice(0, -1), `${cells.at(-1)} \\*`] : cells,
  );
  return [
    `Measured ${where}; ${versions}.`,
    tableOf(marked, HEADINGS.slice(0, -GOALS)),
    ...notes,
  ].join("\n\n");
}

/** The last columns: what a figure is held against, and whether it holds. */
const GOALS = 2;

const BOUND =
  "\\* The load was the bound, and not both of the servers: what they can do beyond that it does not say.";

function tableOf(
  cells: readonly (readonly string[])[],
  headings: readonly (readonly string[])[] = HEADINGS,
): string {
  return table(
    headings.map((both) => both.join(" ").trim()),
    cells,
    LEFT,
  );
}

/** What each server did, in medians of its windows. */
function serverTable(samples: BenchReport["groups"][number]["samples"]): string | null {
  const servers = Object.entries(samples);
  if (servers.length === 0) return null;
  const of = (
    list: (typeof servers)[number][1],
    figure: "rate" | "cpu" | "busy" | "loadBusy" | "p50" | "p99",
  ) => spreadOf(list.map((sample) => sample[figure] ?? Number.NaN)).median;
  const hasLatency = servers.some(([, list]) => list.some(({ p50 }) => p50 !== undefined));
  return table(
    [
      "",
      "a second",
      "CPU each, us",
      "cores used",
      "by the load",
      ...(hasLatency ? ["p50, us", "p99, us"] : []),
    ],
    servers.map(([name, list]) => [
      name,
      of(list, "rate").toFixed(of(list, "rate") < 100 ? 1 : 0),
      of(list, "cpu").toFixed(of(list, "cpu") < 100 ? 1 : 0),
      of(list, "busy").toFixed(2),
      of(list, "loadBusy").toFixed(2),
      ...(hasLatency ? [of(list, "p50").toFixed(0), of(list, "p99").toFixed(0)] : []),
    ]),
    1,
  );
}

function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  left: number,
): string {
  const rule = headings.map((_, at) => (at < left ? "---" : "--:"));
  return [lineOf(headings), `|${rule.join("|")}|`, ...rows.map(lineOf)].join("\n");
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
