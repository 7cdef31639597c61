import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS, LIMIT_RANGES } from "../origin-verifier/limits.ts";
import { parseMapping } from "../shared/mapping.ts";

/** Pages that say what code says, held to it. */
const root = path.resolve(import.meta.dirname, "..");
const pageOf = (name: string): string =>
  readFileSync(path.join(root, "docs/concepts", name), "utf8");

/** The names of all members in a JSON Schema. */
function membersOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "properties" in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(membersOf)];
}

describe("the page of the mapping", () => {
  const page = pageOf("mapping.md");

  test("has an example that parses", () => {
    const [, example = ""] = /```json\n([^]*?)```/.exec(page) ?? [];
    expect(parseMapping(JSON.parse(example))).toMatchObject({ ok: true });
  });

  test("names every member that there is", () => {
    const schema = readFileSync(path.join(root, "shared/mapping.schema.json"), "utf8");
    const members = new Set(membersOf(JSON.parse(schema)));
    expect(members.size).toBeGreaterThan(20);
    const unnamed = [...members].filter((name) => !page.includes(name));
    expect(unnamed).toEqual([]);
  });
});

test("the page of limits has those of the verifier, with what holds and what may be", () => {
  const rows = pageOf("limits.md").split("\n");
  const texts = Object.entries(DEFAULT_LIMITS).map(([name, value]) => {
    const [least, most] = LIMIT_RANGES[name as keyof typeof LIMIT_RANGES];
    return [`| \`${name}\` |`, `| ${value} | ${least} to ${most} |`] as const;
  });
  const missing = texts.filter(
    ([begin, end]) => !rows.some((line) => line.startsWith(begin) && line.endsWith(end)),
  );
  expect(missing).toEqual([]);
});
