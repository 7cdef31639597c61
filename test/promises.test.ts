import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const folder = join(import.meta.dirname, "conformance");
const table = readFileSync(join(folder, "README.md"), "utf8");
const promised = [...table.matchAll(/^\| (P\d+) \|/gm)].map(([, number]) => number as string);
const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(join(folder, name), "utf8"))
  .join("\n");
const named = new Set(tests.match(/\bP\d+\b/g));

it("every promise has a test that carries its number", () => {
  expect(promised.length).toBeGreaterThan(50);
  expect(promised.filter((number) => !named.has(number))).toEqual([]);
});

it("every number that a test carries is a promise, and stands once", () => {
  expect(
    [...named].filter(
      (number) =>
        !promised.includes(number) && number !== "P256" && number !== "P384" && number !== "P521",
    ),
  ).toEqual([]);
  expect(new Set(promised).size).toBe(promised.length);
});
