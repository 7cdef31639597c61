import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deltaSeconds, parseCacheControl } from "../../worker/cache-control.ts";

describe("Cache-Control is read", () => {
  test.each<[string | null, Record<string, string | null>]>([
    [null, {}],
    ["", {}],
    ["no-store", { "no-store": null }],
    ["Max-Age=60", { "max-age": "60" }],
    ["public,max-age=60 , s-maxage=5", { public: null, "max-age": "60", "s-maxage": "5" }],
    ['max-age="60"', { "max-age": "60" }],
    [
      'no-cache="Set-Cookie, private", max-age=1',
      { "no-cache": "Set-Cookie, private", "max-age": "1" },
    ],
    ["max-age=60, max-age=5", { "max-age": "5" }],
    ["max-age=5, max-age=60", { "max-age": "5" }],
    [",, ;max-age=1", { "max-age": "1" }],
  ])("%s", (value, expected) => {
    expect(Object.fromEntries(parseCacheControl(value))).toEqual(expected);
  });

  test("so that nothing hides no-store, wherever it stands", () => {
    const directive = fc.constantFrom("public", "max-age=60", 'x="a, b"', "", "immutable");
    fc.assert(
      fc.property(fc.array(directive), fc.array(directive), (before, after) => {
        const value = [...before, "No-Store", ...after].join(", ");
        expect(parseCacheControl(value).has("no-store")).toBe(true);
      }),
    );
  });

  test("without ever throwing", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(parseCacheControl(value)).toBeInstanceOf(Map);
      }),
    );
  });
});

test.each([
  ["0", 0],
  ["60", 60],
  ["99999999999999999999", 2_147_483_648],
  ["-1", null],
  ["+1", null],
  ["1.5", null],
  ["60s", null],
  ["", null],
  [null, null],
  [undefined, null],
])("delta-seconds %s are %s", (text, seconds) => {
  expect(deltaSeconds(text)).toBe(seconds);
});
