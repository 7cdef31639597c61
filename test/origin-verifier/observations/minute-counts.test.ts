import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  createMinuteCounts,
  MINUTES,
} from "../../../origin-verifier/observations/minute-counts.ts";

const MINUTE = 60_000;
const START = Date.UTC(2030, 0, 1);

test("forgets what is an hour old, and nothing younger", () => {
  const counts = createMinuteCounts();
  counts.add(START);
  expect(counts.sum(START + 59 * MINUTE)).toBe(1);
  expect(counts.last(START + 59 * MINUTE)[0]).toBe(1);
  expect(counts.sum(START + 60 * MINUTE)).toBe(0);
  expect(counts.sum(START + 10_000 * MINUTE)).toBe(0);
});

test("puts the minute of now last", () => {
  const counts = createMinuteCounts();
  counts.add(START);
  counts.add(START + 59_999);
  counts.add(START + MINUTE);
  const last = counts.last(START + 2 * MINUTE);
  expect(last).toHaveLength(MINUTES);
  expect(last.slice(-4)).toEqual([0, 2, 1, 0]);
});

test("loses nothing to a clock that is set back", () => {
  const counts = createMinuteCounts();
  counts.add(START);
  counts.add(START - 30 * MINUTE);
  expect(counts.sum(START - 30 * MINUTE)).toBe(2);
  expect(counts.sum(START + 59 * MINUTE)).toBe(2);
});

test("counts as a list of all times would", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10 * MINUTE), { maxLength: 300 }), fc.nat(90), (steps, later) => {
      const counts = createMinuteCounts();
      const times: number[] = [];
      let now = START;
      for (const step of steps) {
        now += step;
        times.push(now);
        counts.add(now);
      }
      now += later * MINUTE;
      const minute = Math.floor(now / MINUTE);
      const wanted = Array.from(
        { length: MINUTES },
        (_, at) =>
          times.filter((time) => Math.floor(time / MINUTE) === minute - MINUTES + 1 + at).length,
      );
      expect(counts.last(now)).toEqual(wanted);
      expect(counts.sum(now)).toBe(wanted.reduce((sum, count) => sum + count, 0));
    }),
  );
});
