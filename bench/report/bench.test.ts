import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { AnswerCounter } from "../load/answer-counter.ts";
import { divideCores, parseCoreList } from "../machine/cores.ts";
import { markdownOf, readmeTableOf } from "./markdown.ts";
import { plotOf } from "./plot.ts";
import { howOf, type BenchReport } from "./report.ts";
import { figureRow, ratioRow, verdictOf } from "./row.ts";
import { quantile, ratios, spreadOf } from "./statistics.ts";
import { textOf } from "./text.ts";
import { withTable } from "./write-report.ts";

const answer = (status: number, body: string): Buffer =>
  Buffer.from(`HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

const windows = (busy: readonly number[], milliseconds = 2003) =>
  busy.map((one) => ({ rate: 1000, cpu: 20, busy: one, loadBusy: 0.5, milliseconds }));
const timing = { rounds: 7, heatMs: 1, warmMs: 1, windowMs: 2000, isQuick: false };
const reportOf = (groups: BenchReport["groups"], isQuick = false): BenchReport => ({
  date: "2027-01-01",
  machine: "2 cores",
  commit: null,
  seconds: 61,
  versions: { node: "v24", nginx: "1.22" },
  timing: { ...timing, isQuick },
  groups,
});

/** A report of two servers that used so much of their cores. */
const matchOf = (
  [ours, theirs]: readonly [readonly number[], readonly number[]],
  unit = "/s",
  more: { isQuick?: boolean; cores?: readonly [number, number] } = {},
): BenchReport => {
  const { isQuick, cores = [1, 1] } = more;
  const samples = {
    "pullproof, Unix socket": windows(ours),
    "nginx, Unix socket": windows(theirs),
  };
  const rows = ratioRow(
    {
      what: "pulls a second: pullproof, Unix socket",
      servers: ["pullproof, Unix socket", "nginx, Unix socket"],
      cores,
      unit,
      bar: { least: 0.95 },
      aim: 1,
    },
    [18_030, 18_000, 18_100],
    [17_295, 19_000, 17_000],
  );
  const group = { name: "small-pulls", title: "Small pulls", how: howOf(samples), rows, samples };
  return reportOf([group], isQuick);
};
/** Everything that has a verdict in it. */
const written = (report: BenchReport): readonly string[] => [textOf(report), markdownOf(report)];

test("an answer other than 200 ends the measurement", () => {
  const counter = new AnswerCounter();
  expect(counter.take(answer(200, "hello"))).toBe(1);
  expect(() => counter.take(answer(502, "hello"))).toThrow(/nobody asked for/);
});

test("answers are counted whole, in pieces, and of another length than the last", () => {
  const counter = new AnswerCounter();
  const whole = answer(200, "hello");
  const longer = answer(200, "a longer one");
  const counts = [whole, whole.subarray(0, 7), whole.subarray(7), longer, whole].map((chunk) =>
    counter.take(chunk),
  );
  expect(counts).toEqual([1, 0, 1, 1, 1]);
});

test("more than one answer to one pull is an error", () => {
  const counter = new AnswerCounter();
  const whole = answer(200, "hello");
  expect(() => counter.take(Buffer.concat([whole, whole]))).toThrow(/more came/);
});

test("load never shares a core with a server that is measured on one", () => {
  expect(() => divideCores([0])).toThrow(/two cores/);
  expect(divideCores(parseCoreList("0-1"))).toEqual({
    server: [0],
    pair: [0, 1],
    load: [1],
    besidePair: [0, 1],
  });
  expect(divideCores(parseCoreList("0,2-4"))).toMatchObject({
    load: [2, 3, 4],
    besidePair: [3, 4],
  });
});

test("ratios are taken round by round", () => {
  expect(ratios([10, 30], [10, 10])).toEqual([1, 3]);
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(quantile([1, 2], 0.5)).toBe(1.5);
});

test("a bar is reached by the median, and surely where every round says so", () => {
  const measured = { median: 1, least: 0.9, most: 1.1 };
  expect(verdictOf({ bar: { least: 0.95 }, measured })).toEqual({ reached: true, sure: false });
  expect(verdictOf({ bar: { least: 1.2 }, measured })).toEqual({ reached: false, sure: true });
  expect(verdictOf({ bar: { most: 1.2 }, measured })).toEqual({ reached: true, sure: true });
  expect(verdictOf({ bar: null, measured })).toBeNull();
});

test("no verdict on requests a second of a server that was not at the end of its core", () => {
  const bound = "no verdict: bound by the load";
  const full = [0.99, 1, 0.99];
  // One bad window is no bound: the median is what counts.
  const once = [0.5, 0.95, 0.95];
  const idle = [0.8, 0.85, 0.99];
  for (const text of written(matchOf([full, once]))) {
    expect(text).toContain("reached");
    expect(text).not.toContain(bound);
  }
  for (const busy of [
    [idle, full],
    [full, idle],
  ] as const)
    for (const text of written(matchOf(busy))) {
      expect(text).toContain(bound);
      expect(text).not.toMatch(/reached/i);
    }
  // CPU holds, whatever the bound was.
  for (const text of written(matchOf([idle, idle], "us"))) expect(text).not.toContain(bound);
  for (const text of written(matchOf([full, full], "/s", { cores: [2, 1] })))
    expect(text).toContain(bound);
  expect(textOf(matchOf([full, idle]))).toContain("end of their core: nginx, Unix socket (0.85)");
  expect(textOf(matchOf([full, once]))).not.toContain("end of their core");
});

test("a quick run has no verdicts", () => {
  const text = textOf(matchOf([[1], [1]], "/s", { isQuick: true }));
  expect(text).toContain("quick: no verdicts");
  expect(text).not.toMatch(/reached|bound by/i);
});

test("each group says its own rounds and windows, and the head none", () => {
  expect(howOf({ a: windows([1, 1, 1], 1004), b: windows([1, 1, 1], 1001) })).toBe(
    "3 rounds of 1 s",
  );
  expect(howOf({ a: windows([1], 399) })).toBe("1 round of 0.4 s");
  const report = matchOf([
    [1, 1, 1],
    [1, 1, 1],
  ]);
  expect(textOf(report)).toContain("\nSmall pulls: 3 rounds of 2 s\n");
  expect(markdownOf(report)).toContain("## Small pulls: 3 rounds of 2 s\n");
  expect(textOf(report)).not.toContain("7 rounds");
});

test("the columns say that the ratio is not of the two medians beside it", () => {
  const report = matchOf([[1], [1]]);
  const heading = "medians, ours : theirs | ratio within a round: median (least to most) |";
  expect(markdownOf(report)).toContain(`${heading} bar | verdict |`);
  expect(readmeTableOf(report)).toContain(`${heading}\n`);
  expect(textOf(report)).toMatch(
    /medians, +ratio within a round:\n +ours : theirs +median \(least to most\) +bar +verdict\n/,
  );
  expect(textOf(report)).toContain("18,030/s : 17,295/s");
});

test("a terminal's lines are no longer than it is wide, and none is longer than 118 columns", () => {
  const report = matchOf([[1], [1]]);
  for (const columns of [80, 120, 300]) {
    const lines = textOf(report, columns).split("\n");
    expect(lines.filter((line) => line.length > Math.min(columns, 118))).toEqual([]);
  }
});

test("README.md's table has the rows with a bar, and those that are to be seen beside them", () => {
  const figures = { ours: [1], theirs: [1] };
  const row = (what: string, isShown: boolean) =>
    ratioRow({ what, servers: ["a", "b"], unit: "us", isShown }, figures.ours, figures.theirs);
  const rows = [...row("shown", true), ...row("left out", false)];
  const held = figureRow({ what: "held", unit: "ns", bar: { most: 2 } }, [1]);
  const group = { name: "", title: "", how: "", samples: {}, rows: [...rows, held] };
  const table = readmeTableOf(reportOf([group]));
  expect(table).toContain("| shown |");
  expect(table).toContain("| held |");
  expect(table).not.toContain("left out");
});

test("README.md's table has no bars and no verdicts, and marks what the load was the bound of", () => {
  const table = readmeTableOf(matchOf([[1], [0.5]]));
  expect(table).not.toMatch(/reached|verdict|at least/i);
  expect(table).toMatch(/\) \\\* \|\n\n\\\* The load was the bound/);
  expect(readmeTableOf(matchOf([[1], [1]]))).not.toContain("*");
});

test("README.md has the marks between which the tables are written", () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, "../../README.md"), "utf8");
  for (const script of ["bench", "bench:worker"] as const) {
    const changed = withTable(readme, script, "a table");
    expect(changed).toContain("a table");
    expect(withTable(changed, script, "another")).not.toContain("a table");
    expect(() => withTable("no marks", script, "a table")).toThrow(/README\.md/);
  }
});

test("the plot is drawn of what was measured, and of nothing else", () => {
  const samples = { "nginx <TCP>": windows([1, 1]) };
  const group = { name: "small-pulls", title: "", how: "", rows: [], samples };
  const picture = plotOf(reportOf([group]), "light");
  expect(picture).toContain("nginx &lt;TCP>");
  expect(picture).not.toContain("NaN");
  expect(picture).not.toContain("latency at 3,000");
});
