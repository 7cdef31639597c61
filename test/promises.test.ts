import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const FOLDER = "test/conformance";

/** The rows of the table: a promise's number, and the files that it names. */
function readPromises(): ReadonlyMap<string, readonly string[]> {
  const table = readFileSync(join(ROOT, FOLDER, "README.md"), "utf8");
  const rows = [...table.matchAll(/^\| (P\d+) \|[^|]+\|[^|]+\|([^|]+)\|([^|]+)\|$/gm)];
  const lines = table.split("\n").filter((line) => /^\| P\d/.test(line));
  expect(rows).toHaveLength(lines.length);
  return new Map(
    rows.map(([, number, tests]) => [
      number as string,
      [...(tests ?? "").matchAll(/`([^`]+)`/g)].map(([, file]) => file as string),
    ]),
  );
}

/** The files that carry a promise's number in the name of a test, or in a table of cases. */
function readCarriers(): ReadonlyMap<string, readonly string[]> {
  const carriers = new Map<string, string[]>();
  const files = readdirSync(join(ROOT, FOLDER), { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    const text = readFileSync(join(ROOT, FOLDER, file), "utf8");
    // In a name: "P7: ..."; in a table of cases that becomes a name: "P7".
    for (const number of new Set(text.match(/(?<=["'`])P\d+(?=["'`:])/g))) {
      const carried = carriers.get(number) ?? [];
      carriers.set(number, [...carried, `${FOLDER}/${file}`]);
    }
  }
  return carriers;
}

describe("the table of promises", () => {
  const promises = readPromises();
  const carriers = readCarriers();

  it("has a test for every promise, in the file that it names", () => {
    expect(promises.size).toBeGreaterThan(50);
    const broken = [...promises].filter(
      ([number, files]) =>
        files.length === 0 || carriers.get(number)?.some((file) => isOf(file, files)) !== true,
    );
    expect(broken).toEqual([]);
  });

  it("has a promise for every number that a test carries, and names its file", () => {
    const unnamed = [...carriers].flatMap(([number, files]) =>
      files
        .filter((file) => file.endsWith(".test.ts"))
        .filter((file) => promises.get(number)?.includes(file) !== true)
        .map((file) => `${number} in ${file}`),
    );
    expect(unnamed).toEqual([]);
    expect([...carriers.keys()].filter((number) => !promises.has(number))).toEqual([]);
  });
});

/** A table of cases stands beside its test, or in the folder of what the tests share. */
function isOf(file: string, named: readonly string[]): boolean {
  return named.includes(file) || !file.endsWith(".test.ts");
}
