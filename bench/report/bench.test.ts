import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { AnswerCounter } from "../load/answer-counter.ts";
import { divideCores, parseCoreList } from "../machine/cores.ts";
import { plotOf } from "./plot.ts";
import { verdictOf } from "./row.ts";
import { quantile, ratios, spreadOf } from "./statistics.ts";
import { withTable } from "./write-report.ts";

const answer = (status: number, body: string): Buffer =>
  Buffer.from(`HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\n\r\n${body}`);

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

test("README.md has the marks between which the tables are written", () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, "../../README.md"), "utf8");
  for (const script of ["bench", "bench:worker"] as const) {
    const written = withTable(readme, script, "a table");
    expect(written).toContain("a table");
    expect(withTable(written, script, "another")).not.toContain("a table");
    expect(() => withTable("no marks", script, "a table")).toThrow(/README\.md/);
  }
});

test("the plot is drawn of what was measured, and of nothing else", () => {
  const sample = { rate: 1000, cpu: 20, busy: 1, loadBusy: 0.5 };
  const groups = [
    { name: "small-pulls", title: "", rows: [], samples: { "nginx <TCP>": [sample, sample] } },
  ];
  const report = {
    date: "2027-01-01",
    machine: "",
    commit: null,
    seconds: 1,
    versions: {},
    groups,
  };
  const timing = { rounds: 1, heatMs: 1, warmMs: 1, windowMs: 1, isQuick: true };
  const picture = plotOf({ ...report, timing }, "light");
  expect(picture).toContain("nginx &lt;TCP>");
  expect(picture).not.toContain("NaN");
  expect(picture).not.toContain("latency at 3,000");
});
