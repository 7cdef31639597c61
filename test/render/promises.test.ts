import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SERVER_PROMISES } from "../../cli/render/promises.ts";
import { TARGETS } from "../../cli/render/targets.ts";
import { readResults } from "../servers/support/results.ts";
import { FULL, PLAIN } from "./made-up-facts.ts";

const README = join(import.meta.dirname, "../conformance/README.md");

it("each number is one of the table of promises", () => {
  const numbers = readFileSync(README, "utf8").match(/(?<=^\| )P\d+(?= \|)/gm) ?? [];
  const known: readonly string[] = numbers;
  expect(SERVER_PROMISES.filter((number) => !known.includes(number))).toEqual([]);
});

it("each number of that table is tried on other servers, or it is said why it is not", () => {
  const numbers = readFileSync(README, "utf8").match(/(?<=^\| )P\d+(?= \|)/gm) ?? [];
  const said = readFileSync(join(import.meta.dirname, "../servers/README.md"), "utf8");
  const cells = said.match(/(?<=^\| )P\d+(?:, P\d+)*(?= \|)/gm) ?? [];
  const untried = cells.flatMap((cell) => cell.split(", "));
  const told = [...SERVER_PROMISES, ...untried];
  expect(numbers.filter((number) => !told.includes(number))).toEqual([]);
  expect(new Set(told).size).toBe(told.length);
});

const results = readResults();

describe.each(TARGETS)("$name", (target) => {
  const declared = target.shortcomings(PLAIN).flatMap(({ promises }) => promises);

  it("says of each promise once why it cannot keep it", () => {
    expect(new Set(declared).size).toBe(declared.length);
    expect(declared.filter((number) => !SERVER_PROMISES.includes(number))).toEqual([]);
  });

  it("says at the top of a file what it cannot keep, and why", () => {
    for (const facts of [PLAIN, FULL]) {
      const rendering = target.render(facts);
      if (!rendering.ok) continue;
      const [{ text }] = rendering.value;
      const words = text.replaceAll(/[\s#;",]+/g, " ");
      for (const { why } of target.shortcomings(facts))
        expect(words).toContain(why.replaceAll(/[\s#;",]+/g, " ").trim());
    }
  });
});

describe.each(TARGETS.filter(({ isMeasured }) => isMeasured))("$name, measured", (target) => {
  it("says exactly what was found not to be kept", () => {
    const outcomes = Object.entries(results[target.name]?.promises ?? {});
    expect(outcomes.map(([number]) => number)).toEqual([...SERVER_PROMISES]);
    const broken = outcomes.flatMap(([number, outcome]) => (outcome === "kept" ? [] : [number]));
    const declared = target.shortcomings(PLAIN).flatMap(({ promises }) => promises);
    expect(declared.toSorted()).toEqual(broken.toSorted());
  });
});
