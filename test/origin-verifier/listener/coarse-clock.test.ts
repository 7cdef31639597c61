import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createCoarseClock } from "../../../origin-verifier/listener/coarse-clock.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] }));
afterEach(() => vi.useRealTimers());

it("goes on as long as somebody looks, and lets the process end", () => {
  const clock = createCoarseClock(100);
  const looked: number[] = [];
  const end = clock.everyInterval(() => looked.push(clock.now()));
  vi.advanceTimersByTime(350);
  expect(looked).toEqual([100, 200, 300]);
  end();
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  // What it did not see has not passed for anybody.
  clock.everyInterval(() => looked.push(clock.now()))();
  expect(clock.now()).toBe(300);
});

it("counts no more than two intervals where the process had no turn for longer", () => {
  const clock = createCoarseClock(100);
  const looked: number[] = [];
  const end = clock.everyInterval(() => looked.push(clock.now()));
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + 10_000);
  vi.advanceTimersByTime(100);
  expect(looked).toEqual([200]);
  end();
});
