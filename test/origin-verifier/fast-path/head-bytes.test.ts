import { describe, expect, test } from "vitest";
import { numberAt } from "../../../origin-verifier/fast-path/head-bytes.ts";

describe("a number in digits", () => {
  test.each([
    ["0", 0],
    ["007", 7],
    ["999999999999999", 999_999_999_999_999],
    ["1000000000000000", -1],
    ["", -1],
    ["-1", -1],
    ["+1", -1],
    ["1e3", -1],
    ["1 ", -1],
    ["0x1", -1],
    ["1/", -1],
    ["1:", -1],
    ["\xb9", -1],
  ])("%j is %i", (text, number) => {
    const bytes = Buffer.from(`a${text}9`, "latin1");
    expect(numberAt(bytes, 1, 1 + text.length, 15)).toBe(number);
  });
});
