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

  test("one attempt alone when its share is over, and all of them with the whole", () => {
    const visitor = new AbortController();
    const stop = startStop(2, visitor.signal);
    const first = stop.attempt(500);
    vi.advanceTimersByTime(500);
    expect([first.signal.aborted, first.reason()]).toEqual([true, "share"]);
    expect([stop.signal.aborted, stop.reason()]).toEqual([false, null]);
    const [second, last] = [stop.attempt(1_000), stop.attempt(null)];
    second.over();
    vi.advanceTimersByTime(1_000);
    expect([second.signal.aborted, second.reason()]).toEqual([false, null]);
    vi.advanceTimersByTime(500);
    expect([second.reason(), last.reason()]).toEqual(["deadline", "deadline"]);
    expect([second.signal.aborted, last.signal.aborted]).toEqual([true, true]);
    expect(stop.attempt(100).signal.aborted).toBe(true);
  });

  test("with the attempt that has its headers, when the visitor leaves", () => {
    const visitor = new AbortController();
    const stop = startStop(2, visitor.signal);
    const attempt = stop.attempt(500);
    attempt.over();
    stop.headersArrived();
    vi.advanceTimersByTime(60_000);
    expect(attempt.signal.aborted).toBe(false);
    visitor.abort();
    expect([attempt.signal.aborted, attempt.reason()]).toEqual([true, "visitor-left"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("and leaves no timer behind", () => {
    startStop(2, AbortSignal.abort());
    startStop(2, new AbortController().signal).headersArrived();
    expect(vi.getTimerCount()).toBe(0);
  });
});
