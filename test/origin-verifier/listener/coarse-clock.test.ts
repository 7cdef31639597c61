import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  coarseIntervalMs,
  createCoarseClock,
} from "../../../origin-verifier/listener/coarse-clock.ts";
import { DEFAULT_LIMITS } from "../../../origin-verifier/limits.ts";

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

it("lets nothing pass sooner than it has, and less than two intervals later", () => {
  const clock = createCoarseClock(100);
  const end = clock.everyInterval(() => {});
  for (const begun of [1, 50, 99]) {
    vi.advanceTimersByTime(begun);
    const then = clock.now();
    let waited = 0;
    for (; clock.passedSince(then) < 300; waited += 1) vi.advanceTimersByTime(1);
    expect(waited).toBeGreaterThanOrEqual(300);
    expect(waited).toBeLessThan(500);
  }
  end();
});

it("keeps the shortest limit to a quarter", () => {
  const limits = { ...DEFAULT_LIMITS, bodyIdleMs: 800 };
  expect(2 * coarseIntervalMs(limits)).toBe(200);
  expect(coarseIntervalMs(DEFAULT_LIMITS)).toBe(1_000);
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
