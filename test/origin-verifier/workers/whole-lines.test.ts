import { expect, test } from "vitest";
import { createWholeLines } from "../../../origin-verifier/workers/whole-lines.ts";

test.each([
  ["one a piece", ["a\n", "b\n"], ["a\n", "b\n"]],
  ["several a piece", ["a\nb\nc\n"], ["a\n", "b\n", "c\n"]],
  ["several pieces a line", ["a", "b", "c\nd", "\n"], ["abc\n", "d\n"]],
  ["one that was cut off", ["a\nb"], ["a\n"]],
])("lines come out whole: %s", (_name, pieces, expected) => {
  const lines: string[] = [];
  const add = createWholeLines((line) => lines.push(line));
  for (const piece of pieces) add(piece);
  expect(lines).toEqual(expected);
});
