import { expect, test } from "vitest";
import { wayOfPull } from "../../../cli/local-edge/way-of-pull.ts";

test.each([
  // mode, visitor: scheme, whether the origin certificate is checked
  ["off", "https", "http", undefined],
  ["off", "http", "http", undefined],
  ["flexible", "https", "http", undefined],
  ["flexible", "http", "http", undefined],
  ["full", "http", "http", undefined],
  ["strict", "http", "http", undefined],
  ["full", "https", "https", false],
  ["strict", "https", "https", true],
  ["origin_pull", "https", "https", true],
  ["origin_pull", "http", "https", true],
] as const)("in the mode %s a visitor by %s makes a pull by %s (checked: %s)", (...row) => {
  const [mode, visitor, scheme, checked] = row;
  const way = wayOfPull(mode, visitor);
  expect(way).toEqual(scheme === "http" ? { scheme } : { scheme, checked });
});
