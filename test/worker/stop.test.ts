import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startStop } from "../../worker/stop.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a pull is stopped", () => {
  test("when its deadline passes, and not before", () => {
    const stop = startStop(2, new AbortController().signal);
    vi.advanceTimersByTime(1999);
    expect([stop.signal.aborted, stop.reason()]).toEqual([false, null]);
    vi.advanceTimersByTime(1);
    expect([stop.signal.aborted, stop.reason()]).toEqual([true, "deadline"]);
  });

  test("when the visitor leaves, and the deadline does not change the reason", () => {
    const visitor = new AbortController();
    const stop = startStop(2, visitor.signal);
    visitor.abort();
    vi.advanceTimersByTime(5000);
    expect([stop.signal.aborted, stop.reason()]).toEqual([true, "visitor-left"]);
  });

  test("at once where the visitor has left already", () => {
    const stop = startStop(2, AbortSignal.abort());
    expect([stop.signal.aborted, stop.reason()]).toEqual([true, "visitor-left"]);
  });

  test("no more by the deadline once the headers are here, but still by the visitor's leaving", () => {
    const visitor = new AbortController();
    const stop = startStop(2, visitor.signal);
    stop.headersArrived();
    vi.advanceTimersByTime(60_000);
    expect(stop.signal.aborted).toBe(false);
    visitor.abort();
    expect(stop.reason()).toBe("visitor-left");
  });

  test("and leaves no timer behind", () => {
    startStop(2, AbortSignal.abort());
    startStop(2, new AbortController().signal).headersArrived();
    expect(vi.getTimerCount()).toBe(0);
  });
});
