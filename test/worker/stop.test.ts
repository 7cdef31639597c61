import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startStop } from "../../worker/stop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A visitor who waits. */
const stays = (): boolean => false;

describe("a pull is stopped", () => {
  test("when its deadline passes, and not before", () => {
    const whole = startStop(2, stays).attempt(null);
    vi.advanceTimersByTime(1999);
    expect([whole.signal.aborted, whole.reason()]).toEqual([false, null]);
    vi.advanceTimersByTime(1);
    expect([whole.signal.aborted, whole.reason()]).toEqual([true, "deadline"]);
  });

  test("no more by the deadline once the headers are here", () => {
    const stop = startStop(2, stays);
    const [attempt, whole] = [stop.attempt(500), stop.attempt(null)];
    attempt.over();
    stop.over();
    vi.advanceTimersByTime(60_000);
    expect([attempt.signal.aborted, whole.signal.aborted]).toEqual([false, false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("one attempt alone when its share is over, and all of them with the whole", () => {
    const stop = startStop(2, stays);
    const [first, last] = [stop.attempt(500), stop.attempt(null)];
    vi.advanceTimersByTime(500);
    expect([first.signal.aborted, first.reason()]).toEqual([true, "share"]);
    expect([last.signal.aborted, last.reason()]).toEqual([false, null]);
    const second = stop.attempt(1_000);
    second.over();
    vi.advanceTimersByTime(1_000);
    expect([second.signal.aborted, second.reason()]).toEqual([false, null]);
    vi.advanceTimersByTime(500);
    expect([second.reason(), last.reason()]).toEqual(["deadline", "deadline"]);
    expect([second.signal.aborted, last.signal.aborted]).toEqual([true, true]);
    expect(stop.attempt(100).signal.aborted).toBe(true);
  });

  test("by nothing that a visitor who has left is to be blamed for", () => {
    let hasLeft = false;
    const stop = startStop(2, () => hasLeft);
    const [share, whole] = [stop.attempt(500), stop.attempt(null)];
    hasLeft = true;
    const reasons = () => [share, whole].map(({ reason }) => reason());
    expect(reasons()).toEqual(["visitor-left", "visitor-left"]);
    vi.advanceTimersByTime(5_000);
    expect(reasons()).toEqual(["visitor-left", "visitor-left"]);
  });
});

test("nobody is asked whether the visitor has left before a pull comes to nothing", () => {
  const hasLeft = vi.fn<() => boolean>(() => false);
  const stop = startStop(2, hasLeft);
  stop.attempt(500).over();
  stop.over();
  expect(hasLeft).not.toHaveBeenCalled();
});
