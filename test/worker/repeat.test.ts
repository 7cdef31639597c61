import { expect, test } from "vitest";
import { mayRepeat } from "../../worker/repeat.ts";

test.each([
  ["GET", false, true],
  ["HEAD", false, true],
  ["OPTIONS", false, true],
  ["OPTIONS", true, false],
  ["GET", true, false],
  ["POST", false, false],
  ["PUT", false, false],
  ["DELETE", false, false],
  ["PATCH", true, false],
  ["PROPFIND", false, false],
  ["get", false, false],
])("%s, with a body: %s, may be repeated: %s", (method, hasBody, expected) => {
  expect(mayRepeat(method, hasBody)).toBe(expected);
});
