import { expect, test } from "vitest";
import { endsSoon, restartDelay } from "../../../origin-verifier/workers/ends.ts";

test.each([
  [0, 100],
  [1, 100],
  [2, 200],
  [5, 1_600],
  [10, 30_000],
  [1_000_000, 30_000],
])("after %i ends that came soon, it is started again in %i ms", (soon, delay) => {
  expect(restartDelay(soon)).toBe(delay);
});

test("an end comes soon within a minute, and one that does not lets the count begin anew", () => {
  expect(endsSoon(3, 59_999)).toBe(4);
  expect(endsSoon(3, 60_000)).toBe(0);
});
