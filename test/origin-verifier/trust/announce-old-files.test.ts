import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";
import type { LockFacts } from "../../../origin-verifier/judge/policy.ts";
import { createOldFiles } from "../../../origin-verifier/trust/announce-old-files.ts";
import { oldFileWarnings } from "../../../origin-verifier/trust/old-files.ts";
import { fingerprint, madeUpTrust } from "../../support/made-up-trust.ts";

const DAY = 86_400_000;
const FETCHED = Date.UTC(2026, 10, 1);
const ranges = (fetched: number | null): LockFacts => ({
  lock: "addresses",
  file: "/etc/ranges.txt",
  fetched,
});
const keys = (fetched: number | null): LockFacts => ({
  lock: "access",
  team: "acme",
  audiences: ["a"],
  keys: 2,
  file: "/etc/keys.json",
  fetched,
});

const trustWith = (...also: readonly LockFacts[]) =>
  madeUpTrust({
    "origin-shop.example.net": { hostnames: ["shop.example.com"], accepts: [fingerprint(1)], also },
    "origin-blog.example.net": { hostnames: ["blog.example.com"], accepts: [fingerprint(2)], also },
  });

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => void vi.useRealTimers());

function begin(at: number) {
  vi.setSystemTime(at);
  const events: VerifierEvent[] = [];
  const files = createOldFiles({ emit: (event) => events.push(event), now: Date.now });
  return { events, files };
}

describe("a file that grows old while it is in force", () => {
  it("is told of once, when it becomes old, whoever asks for it, with what to do", () => {
    const { events, files } = begin(FETCHED + DAY);
    files.follow(trustWith(ranges(FETCHED)));
    vi.advanceTimersByTime(29 * DAY);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(events).toEqual([
      {
        event: "file-old",
        lock: "addresses",
        file: "/etc/ranges.txt",
        fetched: "2026-11-01T00:00:00.000Z",
        hostnames: ["shop.example.com", "blog.example.com"],
        message: expect.stringMatching(
          /^ranges\.txt, which shop\.example\.com, blog\.example\.com asks .* 2026-11-01: .* pullproof fetch addresses$/,
        ) as string,
      },
    ]);
    vi.advanceTimersByTime(100 * DAY);
    expect(events).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is told of at its own age: keys after two days, ranges after thirty", () => {
    const { events, files } = begin(FETCHED);
    files.follow(trustWith(ranges(FETCHED), keys(FETCHED)));
    vi.advanceTimersByTime(2 * DAY + 1);
    expect(events).toMatchObject([{ lock: "access", file: "/etc/keys.json" }]);
    vi.advanceTimersByTime(28 * DAY);
    expect(events).toMatchObject([{ lock: "access" }, { lock: "addresses" }]);
  });

  it("is not told of where it was fetched anew in time, until that one is old", () => {
    const { events, files } = begin(FETCHED);
    files.follow(trustWith(keys(FETCHED)));
    vi.advanceTimersByTime(2 * DAY);
    files.follow(trustWith(keys(FETCHED + DAY)));
    vi.advanceTimersByTime(DAY);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(events).toHaveLength(1);
  });

  it("is told of after a machine has slept over it, and again by no clock that is set back", () => {
    const { events, files } = begin(FETCHED);
    files.follow(trustWith(keys(FETCHED)));
    vi.setSystemTime(FETCHED + 9 * DAY);
    vi.advanceTimersByTime(3_600_000);
    expect(events).toHaveLength(1);
    vi.setSystemTime(FETCHED + DAY);
    vi.advanceTimersByTime(9 * DAY);
    expect(events).toHaveLength(1);
  });

  it("is not told of beside the warnings of a trust that is loaded with it", () => {
    const trust = trustWith(keys(FETCHED));
    const at = FETCHED + 2 * DAY + 1;
    const { events, files } = begin(at);
    files.follow(trust);
    vi.advanceTimersByTime(9 * DAY);
    expect(events).toEqual([]);
    expect(oldFileWarnings(trust, at)).toHaveLength(2);
    expect(oldFileWarnings(trust, at - 1)).toEqual([]);
  });

  it("is never told of where it is one's own, and no timer runs; nor of a secret header", () => {
    const { events, files } = begin(FETCHED);
    files.follow(trustWith(ranges(null), keys(null), { lock: "header", secrets: 1 }));
    expect(vi.getTimerCount()).toBe(0);
    expect(events).toEqual([]);
  });

  it("names the first ten of a thousand hostnames in its line", () => {
    const { events, files } = begin(FETCHED);
    const hostnames = Array.from({ length: 1_000 }, (_, index) => `t${index}.example.com`);
    const also = [keys(FETCHED)];
    files.follow(madeUpTrust({ "o.example.net": { hostnames, accepts: [fingerprint(1)], also } }));
    vi.advanceTimersByTime(3 * DAY);
    expect(events).toMatchObject([
      { message: expect.stringMatching(/, t9\.example\.com and 990 more asks/) as string },
    ]);
  });
});
