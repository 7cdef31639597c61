import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";
import { createReportEnds } from "../../../origin-verifier/trust/announce-report-ends.ts";
import { endsAhead } from "../../../origin-verifier/trust/ends-ahead.ts";
import { lasting, reportEnd } from "../../../origin-verifier/trust/report-end.ts";
import { fingerprint, madeUpTrust } from "../../support/made-up-trust.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const END = Date.UTC(2027, 2, 1);

const SHOP = "origin-shop.example.net";
const trustUntil = (reportUntil?: number) =>
  madeUpTrust(
    {
      [SHOP]: {
        hostnames: ["shop.example.com"],
        accepts: [fingerprint(1)],
        originNotAfter: END * 2,
        ...(reportUntil === undefined ? {} : { reportUntil }),
      },
    },
    { issuerNotAfter: END * 2 },
  );

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => void vi.useRealTimers());

/** Begins at a time; what is told, each with the time at which it was. */
function begin(at: number) {
  vi.setSystemTime(at);
  const told: string[] = [];
  const emit = (event: VerifierEvent): void => {
    const left = event.event === "report-ends" ? ` ${event.left}` : "";
    told.push(`${event.event}${left} at ${(Date.now() - END) / HOUR} h`);
  };
  return { told, ends: createReportEnds({ emit, now: Date.now }) };
}

describe("the end of report mode", () => {
  it("is told a week, a day and an hour ahead, and when it comes, once each, from 100 days before", () => {
    const { told, ends } = begin(END - 100 * DAY);
    ends.follow(trustUntil(END));
    expect(told).toEqual([]);
    vi.advanceTimersByTime(101 * DAY);
    expect(told).toEqual([
      "report-ends 7 days at -168 h",
      "report-ends 1 day at -24 h",
      "report-ends 1 hour at -1 h",
      "report-ended at 0 h",
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is told of with its origin hostname, its hostnames and its time", () => {
    vi.setSystemTime(END - 1);
    const events: VerifierEvent[] = [];
    createReportEnds({ emit: (event) => events.push(event), now: Date.now }).follow(
      trustUntil(END),
    );
    vi.advanceTimersByTime(10);
    expect(events).toEqual([
      {
        event: "report-ended",
        originHostname: SHOP,
        hostnames: ["shop.example.com"],
        until: "2027-03-01T00:00:00.000Z",
      },
    ]);
  });

  it("is not told of where the mapping says enforce, and no timer runs", () => {
    const { told, ends } = begin(END - DAY);
    ends.follow(trustUntil());
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(30 * DAY);
    expect(told).toEqual([]);
  });

  it("is not told of at a start after it, or within its week: the trust's warnings say so there", () => {
    const late = begin(END + 1);
    late.ends.follow(trustUntil(END));
    vi.advanceTimersByTime(30 * DAY);
    expect(late.told).toEqual([]);
    const within = begin(END - 2 * DAY);
    within.ends.follow(trustUntil(END));
    expect(within.told).toEqual([]);
  });

  it("moves with a reload, and the old one is told of no more", () => {
    const { told, ends } = begin(END - 8 * DAY);
    ends.follow(trustUntil(END));
    ends.follow(trustUntil(END + 10 * DAY));
    vi.advanceTimersByTime(9 * DAY);
    expect(told).toEqual([]);
    ends.follow(trustUntil());
    vi.advanceTimersByTime(60 * DAY);
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is told of once after a machine has slept over several of its days", () => {
    const { told, ends } = begin(END - 30 * DAY);
    ends.follow(trustUntil(END));
    vi.setSystemTime(END - 3 * HOUR);
    vi.advanceTimersByTime(HOUR);
    expect(told).toEqual(["report-ends 2 hours at -2 h"]);
    vi.setSystemTime(END + DAY);
    vi.advanceTimersByTime(HOUR);
    expect(told.slice(1)).toEqual(["report-ended at 25 h"]);
  });

  it("is told of again by no clock that is set back", () => {
    const { told, ends } = begin(END - 2 * HOUR);
    ends.follow(trustUntil(END));
    vi.advanceTimersByTime(HOUR);
    expect(told).toHaveLength(1);
    vi.setSystemTime(END - 1.5 * HOUR);
    vi.advanceTimersByTime(HOUR);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(HOUR);
    expect(told.slice(1)).toEqual(["report-ended at 0 h"]);
  });
});

it("keeps no process alive", () => {
  const unref = vi.fn<() => void>();
  const before = globalThis.setTimeout;
  vi.stubGlobal("setTimeout", () => ({ unref }) as unknown as NodeJS.Timeout);
  begin(END - DAY).ends.follow(trustUntil(END));
  expect(unref).toHaveBeenCalledOnce();
  vi.stubGlobal("setTimeout", before);
});

describe("the warnings of a trust", () => {
  const warnings = (now: number) => endsAhead(trustUntil(END), now);
  it("say nothing of an end between a week and a year ahead", () => {
    expect(warnings(END - 7 * DAY)).toEqual([]);
    expect(warnings(END - 366 * DAY)).toEqual([]);
  });
  it.each([
    [
      END - 366 * DAY - 1,
      /^report mode of shop\.example\.com ends on 2027-03-01, more than a year/,
    ],
    [
      END - 7 * DAY + 1,
      /^report mode of shop\.example\.com ends on 2027-03-01, in 6 days: from then/,
    ],
    [END, /^report mode of shop\.example\.com ended on 2027-03-01: .* write "enforce"/],
  ])("at %i: %s", (now, warning) => {
    expect(warnings(now)).toEqual([expect.stringMatching(warning)]);
  });
  it("say nothing of enforce", () => {
    expect(endsAhead(trustUntil(), END)).toEqual([]);
  });
});

test("the end of a day of the mapping is its first moment, UTC", () => {
  expect(reportEnd({ report: "2027-03-01" })).toBe(END);
  expect(reportEnd({ report: "2028-02-29" })).toBe(Date.UTC(2028, 1, 29));
  expect(reportEnd("enforce")).toBeNull();
});

test.each([
  [7 * DAY - 3, "7 days"],
  [DAY - 3, "1 day"],
  [23 * HOUR, "23 hours"],
  [HOUR - 3, "1 hour"],
  [45 * 60_000, "45 minutes"],
  [1, "1 minute"],
])("%i ms are %s", (ms, words) => {
  expect(lasting(ms)).toBe(words);
});
