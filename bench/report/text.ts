import type { BenchReport } from "./report.ts";
import { verdictOf, type Row } from "./row.ts";
import type { Spread } from "./statistics.ts";

/** The words of one row, cell by cell: for a terminal and for Markdown alike. */
export function cellsOf(row: Row): readonly string[] {
  const { what, against, ours, theirs, unit, measured } = row;
  const isRatio = theirs !== null && against !== null && measured.median !== ours;
  return [
    what,
    against ?? "",
    theirs === null ? withUnit(ours, unit) : `${withUnit(ours, unit)} : ${withUnit(theirs, unit)}`,
    isRatio ? spread(measured, short) : spread(measured, (one) => figure(one)),
    barWords(row, isRatio),
    verdictWords(row),
  ];
}

/** The columns of words; the others are of figures. */
export const LEFT = 2;

/** What stands above them. */
export const HEADINGS = [
  "",
  "against",
  "ours : theirs",
  "ratio (least to most)",
  "bar",
  "",
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
export function verdictWords(row: Row): string {
  const verdict = verdictOf(row);
  if (verdict === null) return "";
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

/** The whole report, for a terminal. */
export function textOf(report: BenchReport): string {
  const lines = headOf(report);
  for (const { title, rows, samples } of report.groups) {
    lines.push("", title);
    lines.push(...aligned(rows.map((row) => cellsOf(row))));
    for (const note of notesOf(rows)) lines.push(`  note: ${note}`);
    const unsaturated = idleServers(rows, samples);
    if (unsaturated.length > 0)
      lines.push(`  not at the end of their core: ${unsaturated.join(", ")}`);
  }
  return lines.join("\n");
}

/** Date, machine and versions. */
export function headOf(report: BenchReport): string[] {
  const { date, machine, commit, timing, seconds, versions } = report;
  return [
    `${date}, ${machine}${commit === null ? "" : `, commit ${commit}`}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join("; "),
    `${timing.rounds} rounds of ${timing.windowMs / 1000} s${timing.isQuick ? ": quick, and good for a first look alone" : ""}; ${Math.round(seconds)} s in all`,
  ];
}

/** Each note once. */
export function notesOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.flatMap(({ note }) => note ?? []))];
}

/** Cores that a server on one core used at least, for its requests a second to say what it can do. */
const AT_ITS_END = 0.9;

/**
 * The servers that had time left in a window of theirs: the load or something beside it was the bound, and their requests a
 * second are less than they can do. CPU figures hold nevertheless.
 */
export function idleServers(
  rows: readonly Row[],
  samples: BenchReport["groups"][number]["samples"],
): readonly string[] {
  if (rows.every(({ unit }) => unit !== "/s")) return [];
  return Object.entries(samples)
    .filter(([, list]) => list.every(({ p50 }) => p50 === undefined))
    .map(([name, list]) => [name, Math.min(...list.map(({ busy }) => busy))] as const)
    .filter(([, least]) => least < AT_ITS_END)
    .map(([name, least]) => `${name} (${least.toFixed(2)})`);
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADINGS.map((_, at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, at) => (at < LEFT ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ")}`.trimEnd(),
  );
}
