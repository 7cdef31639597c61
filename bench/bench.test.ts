import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { BenchReport } from "./report/report.ts";
import { TOOLS } from "./servers/tools.ts";

const ROOT = path.resolve(import.meta.dirname, "..");
const run = (...args: readonly string[]) => {
  const all = [path.join(ROOT, "bench/bench.ts"), ...args];
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, all, {
    encoding: "utf8",
    env: { PATH },
    timeout: 55_000,
  });
  return { status, stdout, stderr };
};
const isThere = existsSync(TOOLS.nginx.binary);
if (!isThere) console.warn("SKIPPED: nginx (apt-get install --no-install-recommends nginx)");

test("what is asked for wrongly is usage, and nothing is started", () => {
  const wrong = [
    ["--only", "everything"],
    ["--rounds", "0"],
    ["--verifier", "/nowhere/main.js"],
    ["--quick", "--write-report"],
    ["--none"],
  ];
  const ends = wrong.map((args) => run(...args));
  expect(ends.map(({ status, stdout }) => [status, stdout])).toEqual(wrong.map(() => [2, ""]));
});

test.skipIf(!isThere)(
  "a group is measured, window by window, and its rows come of the windows",
  () => {
    const { status, stdout, stderr } = run(
      "--quick",
      "--json",
      "--rounds=1",
      "--only=judging",
      `--verifier=${path.join(ROOT, "origin-verifier/main.ts")}`,
    );
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("could not")]);
    const { groups, versions } = JSON.parse(stdout) as BenchReport;
    expect(Object.keys(versions)).toEqual(expect.arrayContaining(["node", "nginx"]));
    const [group] = groups;
    expect(group?.how).toBe("1 round of 0.4 s");
    const samples = Object.values(group?.samples ?? {});
    expect(samples.map((list) => list.length)).toEqual([1, 1]);
    for (const { rate, cpu } of samples.flat()) {
      expect(rate).toBeGreaterThan(10);
      expect(cpu).toBeGreaterThan(1);
    }
    const [ours, theirs] = samples.map(([sample]) => sample?.cpu ?? Number.NaN);
    expect(group?.rows[0]?.measured.median).toBeCloseTo((ours ?? 0) / (theirs ?? 0), 5);
  },
);
