import { describe, expect, test } from "vitest";
import { parseMappingText } from "../../shared/mapping-text.ts";
import { formatProblems } from "../../shared/problem.ts";
import { entry, everyForm, mapping } from "./written-mapping.ts";

const valid = JSON.stringify(everyForm, null, 2);

function problemsOf(text: string): readonly string[] {
  const result = parseMappingText(text);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe("a text that is no JSON is one problem, on one line", () => {
  test.each([
    ["nothing", ""],
    ["white space", " \n\t"],
    ["a byte order mark alone", "\uFEFF"],
    ["a word", "mapping"],
    ["a comment", '// mapping\n{"version": 1}'],
    ["a trailing comma", '{"version": 1,\n}'],
    ["single quotes", "{'version': 1}"],
    ["a text cut in the middle", valid.slice(0, valid.length / 2)],
    ["two documents", `${valid}${valid}`],
    ["a byte order mark that is not first", ` \uFEFF${valid}`],
    ["two byte order marks", `\uFEFF\uFEFF${valid}`],
    ["an escape sequence", '{\n\n"a": \u001b[31m\n}'],
    ["a change of direction", '{\n\u202e"a"'],
    ["TOML", "[issuers.own]\ncertificates = 1"],
  ])("%s", (_, text) => {
    const result = parseMappingText(text);
    const problems = result.ok ? [] : result.problems;
    expect(problems.map(({ path }) => path)).toEqual([""]);
    expect(problems[0]?.message).toMatch(/^(?:not JSON: |empty file)[\x20-\x7e]+$/);
  });

  test.each(["null", "true", "1", '"mapping"', "[]"])("and %s is no mapping", (text) => {
    expect(problemsOf(text)).toEqual([
      ": not a mapping: expected an object with version, issuers and hosts",
    ]);
  });
});

describe("a key that stands twice in one object is a problem, with its line", () => {
  const shop = JSON.stringify(entry());

  test("a hostname that was pasted twice", () => {
    const text = `{"version": 1, "issuers": {"own": {"certificates": "a.pem"}}, "hosts": {
      "shop.example.com": ${shop},
      "shop.example.com": ${shop}
    }}`;
    expect(problemsOf(text)).toEqual([
      'hosts["shop.example.com"]: this key stands twice (the second on line 3)',
    ]);
  });

  test.each([
    ["at the top", '{"version": 1,\n"version": 1}', "version: ", 2],
    ["written once with an escape", '{"version": 1,\n\n"\\u0076ersion": 1}', "version: ", 3],
    ["around a value of each kind", '{"a": [1, {"b": "}"}, null],\n"a": {}}', "a: ", 2],
    ["within a list", '{"a": [[], {"b": 1, "b": 2}]}', "a[1].b: ", 1],
    ["deeper than the first of its name", '{"a": {"a": 1, "a": {}}}', "a.a: ", 1],
    ["within its own double", '{"a": {}, "a": {"b": 1,\n"b": 2}}', "a.b: ", 2],
    ["after a string full of signs", '{"a": "\\"{[,:]}\\\\", "b": 1, "b": 2}', "b: ", 1],
    ["with a quote in it", '{"a\\"": 1, "a\\"": 2}', '["a\\""]: ', 1],
    ["with a backslash last", '{"a\\\\": 1, "a\\\\": 2}', '["a\\\\"]: ', 1],
    ["that is empty", '{"": 1, "": 2}', '[""]: ', 1],
    ["that is __proto__", '{"__proto__": 1, "__proto__": 2}', "__proto__: ", 1],
  ])("%s", (_, text, start, line) => {
    const doubled = problemsOf(text).filter((problem) => problem.includes("twice"));
    expect(doubled).toContain(`${start}this key stands twice (the second on line ${line})`);
  });

  test("and each further time is another", () => {
    const twice = problemsOf('{"a": 1, "a": 1, "b": 2, "a": 1}').filter((problem) =>
      problem.includes("twice"),
    );
    expect(twice).toHaveLength(2);
  });

  test.each([
    ["in two objects", '{"a": {"b": 1}, "c": {"b": 1}}'],
    ["in two objects of a list", '{"a": [{"b": 1}, {"b": 1}]}'],
    ["as a value", '{"a": "a", "b": "a"}'],
    ["as values of a list", '{"a": ["b", "b", "b"]}'],
    ["inside a string", '{"a": "\\"a\\": 1, \\"a\\": 2"}'],
    ["in another case", '{"a": 1, "A": 2}'],
  ])("but not %s", (_, text) => {
    expect(problemsOf(text).filter((problem) => problem.includes("twice"))).toEqual([]);
  });

  test("and stands beside all other problems", () => {
    const text = '{"version": 2, "version": 2, "issuers": {}, "hosts": {}}';
    expect(problemsOf(text)).toHaveLength(3);
  });
});

describe("a mapping's text parses", () => {
  test("as the document does", () => {
    expect(problemsOf(valid)).toEqual([]);
    expect(problemsOf(JSON.stringify(mapping({ "shop.example.com": entry() })))).toEqual([]);
  });

  test("behind the byte order mark that editors on Windows write", () => {
    expect(problemsOf(`\uFEFF${valid.replaceAll("\n", "\r\n")}`)).toEqual([]);
  });
});

describe("neither length nor depth overflows", () => {
  test.each([
    ["a string of four million characters", `{"a":"${"x".repeat(4_000_000)}"}`],
    ["a string of two million escapes", `{"a":"${String.raw`\n`.repeat(2_000_000)}"}`],
    ["a hundred thousand lists in each other", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    [
      "a hundred thousand objects in each other",
      `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
    ],
    [
      "two hundred thousand unknown keys",
      JSON.stringify(Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`k${at}`, 1]))),
    ],
    [
      "two hundred thousand things that are no fingerprints",
      JSON.stringify(
        mapping({
          "a.test": { accept: { certificates: Array.from({ length: 200_000 }, (_, at) => at) } },
        }),
      ),
    ],
  ])("%s", (_, text) => {
    const result = parseMappingText(text);
    expect(result.ok).toBe(false);
    expect(formatProblems("mapping.json", result.ok ? [] : result.problems)).not.toBe("");
  });
});
