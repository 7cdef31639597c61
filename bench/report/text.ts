import { idleServers, isBoundByLoad } from "./bound.ts";
import { aligned, folded, WIDEST } from "./lines.ts";
import type { BenchReport, ReportGroup } from "./report.ts";
import { verdictOf, type Row } from "./row.ts";
import type { Spread } from "./statistics.ts";

/** What the words of a row depend on, itself apart. */
export interface Circumstances extends Pick<ReportGroup, "samples"> {
  readonly isQuick: boolean;
}

/** The words of one row, cell by cell: for a terminal and for Markdown alike. */
export function cellsOf(row: Row, circumstances: Circumstances): readonly string[] {
  const { what, against, ours, theirs, unit, measured } = row;
  const isRatio = theirs !== null && against !== null && measured.median !== ours;
  return [
    what,
    against ?? "",
    theirs === null ? withUnit(ours, unit) : `${withUnit(ours, unit)} : ${withUnit(theirs, unit)}`,
    isRatio ? spread(measured, short) : spread(measured, (one) => withUnit(one, unit)),
    barWords(row, isRatio),
    verdictWords(row, circumstances),
  ];
}

/** The columns of words; the others are of figures. */
export const LEFT = 2;

/** What stands above them; in a terminal, in two lines. */
export const HEADINGS = [
  ["", ""],
  ["", "against"],
  ["medians,", "ours : theirs"],
  ["ratio within a round:", "median (least to most)"],
  ["", "bar"],
  ["", "verdict"],
] as const;

function spread({ median, least, most }: Spread, word: (one: number) => string): string {
  return `${word(median)} (${word(least)} to ${word(most)})`;
}

function barWords({ bar, aim }: Row, isRatio: boolean): string {
  if (bar === null) return "";
  const word = isRatio ? short : figure;
  const least = "least" in bar ? `at least ${word(bar.least)}` : `at most ${word(bar.most)}`;
  return aim === null ? least : `${least}, aim ${word(aim)}`;
}

/** `reached` by the median; where a round says otherwise, that is said, too. */
export function verdictWords(row: Row, { samples, isQuick }: Circumstances): string {
  const verdict = verdictOf(row);
  if (verdict === null || isQuick) return "";
  if (isBoundByLoad(row, samples)) return "no verdict: bound by the load";
  const word = verdict.reached ? "reached" : "NOT REACHED";
  return verdict.sure ? word : `${word}, not in every round`;
}

function withUnit(one: number, unit: string): string {
  return unit === "/s" ? `${figure(one)}/s` : `${figure(one)} ${unit}`;
}

function figure(one: number): string {
  if (!Number.isFinite(one)) return "none";
  if (Math.abs(one) >= 1000) return String(Math.round(one)).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return one.toFixed(Math.abs(one) >= 100 ? 0 : Math.abs(one) >= 10 ? 1 : 2);
}

function short(one: number): string {
  return one.toFixed(2);
}

/** The whole report, for a terminal of so many columns. */
export function textOf(report: BenchReport, columns: number = WIDEST): string {
  const width = Math.min(columns, WIDEST);
  const { isQuick } = report.timing;
  const lines = headOf(report).flatMap((line) => folded(line, width));
  for (const group of report.groups) {
    const { rows, samples } = group;
    lines.push("", ...folded(titleOf(group), width));
    lines.push(...rowLines(rows, { samples, isQuick }, width));
    for (const note of notesOf(rows)) lines.push(...folded(`note: ${note}`, width, "  "));
    const idle = idleServers(group);
    if (idle.length > 0)
      lines.push(...folded(`not at the end of their core: ${idle.join("; ")}`, width, "  "));
  }
  return lines.join("\n");
}

/** What a group is, and how often and how long it was measured. */
export function titleOf({ title, how }: Pick<ReportGroup, "title" | "how">): string {
  return `${title}: ${how}`;
}

/** Date, machine and versions. */
export function headOf(report: BenchReport): string[] {
  const { date, machine, commit, timing, seconds, versions } = report;
  return [
    `${date}, ${machine}${commit === null ? "" : `, commit ${commit}`}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join("; "),
    `${timing.isQuick ? "quick: no verdicts; " : ""}${Math.round(seconds)} s in all`,
  ];
}

/** Each note once. */
export function notesOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap(({ note }) => note ?? []))];
}

/** Each row in two lines: what it is, and its figures; the verdict has one of its own where it does not fit. */
function rowLines(
  rows: readonly Row[],
  circumstances: Circumstances,
  width: number,
): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => cellsOf(row, circumstances));
  const heads = [0, 1].map((line) =>
    HEADINGS.slice(LEFT).map((both, at) =>
      // No bar, no verdict, in the whole group: no heading either.
      cells.some((row) => row[at + LEFT] !== "") ? (both[line] ?? "") : "",
    ),
  );
  const figures = aligned([...heads, ...cells.map((row) => row.slice(LEFT))], 2);
  const [first = [], second = [], ...rest] = figures;
  const isWide = rest.every((row) => joined(row).length <= width);
  const lineOf = (row: readonly string[]): readonly string[] =>
    isWide ? [joined(row)] : [joined(row.slice(0, -1)), joined(row.slice(-1))].filter(Boolean);
  return [
    joined(first),
    ...lineOf(second),
    ...cells.flatMap(([what = "", against = ""], at) => [
      ...folded(against === "" ? what : `${what}, against ${against}`, width, "  "),
      ...lineOf(rest[at] ?? []),
    ]),
  ];
}

function joined(cells: readonly string[]): string {
  const line = cells.join("  ").trimEnd();
  return line === "" ? "" : `      ${line}`;
}
