import { describe, expect, test } from "vitest";
import {
  failed,
  formatProblems,
  keysOf,
  parsed,
  parsedUnless,
  pathTo,
  quoted,
} from "../../shared/problem.ts";

describe("a path is written like a property access", () => {
  test.each([
    ["", "hosts", "hosts"],
    ["hosts", "shop.example.com", 'hosts["shop.example.com"]'],
    ["", "a.b", '["a.b"]'],
    ["accept.certificates", 1, "accept.certificates[1]"],
    ["hosts", "", 'hosts[""]'],
    ["hosts", "1", 'hosts["1"]'],
    ["", "$schema", "$schema"],
    ["hosts", 'a"b', 'hosts["a\\"b"]'],
    ["hosts", "__proto__", "hosts.__proto__"],
  ])("%j and %j: %s", (parent, key, path) => {
    expect(pathTo(parent, key)).toBe(path);
  });

  test.each([
    ["a line break", "a\nb"],
    ["an escape sequence", "a\u001b[2Jb"],
    ["a C1 control", "a\u009bb"],
    ["a line separator", "a\u2028b"],
    ["a change of direction", "a\u202eb"],
    ["a letter that looks like another", "\u212aiosk.example.com"],
    ["half a surrogate pair", "a\ud83db"],
  ])("with %s in a key it stays one line of printable ASCII", (_, key) => {
    expect(pathTo("hosts", key)).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(quoted(key))).toBe(key);
  });
});

test("each problem is one line, with the file and the path", () => {
  const problems = [
    { path: "", message: "empty file" },
    { path: "hosts", message: "missing" },
  ];
  expect(formatProblems("mapping.json", problems)).toBe(
    "mapping.json: empty file\nmapping.json: hosts: missing",
  );
});

const never = (): never => {
  throw new Error("made in spite of a problem");
};

test("a value stands only where there is no problem", () => {
  expect(parsedUnless([], () => 1)).toEqual(parsed(1));
  expect(parsedUnless([{ path: "a", message: "b" }], never)).toEqual(failed("a", "b"));
});

test.each([
  ["a plain object", { b: 1, a: 2 }, ["b", "a"]],
  ["a list", ["a"], []],
  ["null", null, []],
  ["a string", "ab", []],
  ["nothing", undefined, []],
])("%s has the keys that a document can have", (_, raw, keys) => {
  expect(keysOf(raw)).toEqual(keys);
});
