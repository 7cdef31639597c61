import { expect, it } from "vitest";
import type { RefusalReason } from "../../../origin-verifier/judge/refusal.ts";
import type { LogLine } from "../../../origin-verifier/log/log-line.ts";
import {
  createRefusalLimiter,
  REFUSAL_LIMIT,
} from "../../../origin-verifier/log/limit-refusals.ts";
import type { Hostname } from "../../../shared/hostname.ts";

const LIMIT = { each: { atOnce: 3, aSecond: 1 }, all: { atOnce: 10, aSecond: 2 } };

function refused(remoteAddress: string, reason: RefusalReason = "no-certificate") {
  return {
    event: "pull-refused",
    reason,
    status: null,
    id: "id",
    hostname: null,
    detail: "",
    originHostname: "origin-shop.example.net" as Hostname,
    fingerprint: null,
    remoteAddress,
    remotePort: 1,
    tlsVersion: "TLSv1.3",
  } as const satisfies LogLine;
}

function limiting(limit = LIMIT) {
  const clock = { now: 0 };
  const limiter = createRefusalLimiter(() => clock.now, limit);
  const admitted = (count: number, line: LogLine): number =>
    Array.from({ length: count }, () => limiter.admits(line)).filter(Boolean).length;
  return { clock, limiter, admitted };
}

it("a flood of one reason from one address is written so many times, and counted", () => {
  const { limiter, admitted, clock } = limiting();
  expect(admitted(50, refused("192.0.2.1"))).toBe(3);
  expect(limiter.takeOmitted()).toEqual([
    { event: "refusals-omitted", reason: "no-certificate", count: 47, sources: 1 },
  ]);
  expect(limiter.takeOmitted()).toEqual([]);
  clock.now += 2_000;
  expect(admitted(50, refused("192.0.2.1"))).toBe(2);
});

it("beside it the refusals of others are written, and its own of other reasons", () => {
  const { admitted } = limiting();
  admitted(50, refused("192.0.2.1"));
  expect(admitted(3, refused("192.0.2.2"))).toBe(3);
  expect(admitted(3, refused("192.0.2.1", "misdirected"))).toBe(3);
});

it("one from many addresses is held by the limit for all, and told by reason", () => {
  const { limiter, clock } = limiting();
  const reasons = ["no-certificate", "unknown-issuer"] as const;
  const from = (n: number) => refused(`192.0.2.${n}`, reasons[n % 2]);
  const written = Array.from({ length: 100 }, (_, n) => limiter.admits(from(n))).filter(Boolean);
  expect(written).toHaveLength(10);
  expect(limiter.takeOmitted()).toEqual([
    { event: "refusals-omitted", reason: "no-certificate", count: 45, sources: 45 },
    { event: "refusals-omitted", reason: "unknown-issuer", count: 45, sources: 45 },
  ]);
  clock.now += 1_000;
  expect([1, 2, 3].filter(() => limiter.admits(from(200)))).toHaveLength(2);
});

it("one of strangers takes no line from what is refused to somebody of ours", () => {
  const { limiter, admitted } = limiting();
  for (let n = 0; n < 100; n += 1) limiter.admits(refused(`192.0.2.${n}`));
  expect(admitted(3, refused("192.0.2.1"))).toBe(0);
  expect(admitted(3, refused("192.0.2.1", "misdirected"))).toBe(3);
});

it("more addresses than can be told apart cost no more memory, and are held by the limit for all", () => {
  const { limiter } = limiting();
  let written = 0;
  for (let n = 0; n < 20_000; n += 1) if (limiter.admits(refused(`2001:db8::${n}`))) written += 1;
  expect(written).toBe(10);
  expect(limiter.takeOmitted()).toEqual([
    { event: "refusals-omitted", reason: "no-certificate", count: 19_990, sources: 1_000 },
  ]);
});

it("what is no refusal is always written", () => {
  const { admitted } = limiting();
  admitted(500, refused("192.0.2.1"));
  expect(admitted(100, { event: "stopping" })).toBe(100);
  expect(admitted(100, { event: "trust-swapped", generation: 2, warnings: [] })).toBe(100);
});

it("as it is used, a sustained flood is some lines a second", () => {
  const { clock, limiter } = limiting(REFUSAL_LIMIT);
  let written = 0;
  const seconds = 600;
  for (let n = 0; n < seconds * 100; n += 1) {
    clock.now = n * 10;
    for (let source = 0; source < 5; source += 1)
      if (limiter.admits(refused(`192.0.2.${source}`))) written += 1;
  }
  expect(written).toBeLessThanOrEqual(
    REFUSAL_LIMIT.all.atOnce + seconds * REFUSAL_LIMIT.all.aSecond,
  );
  expect(written).toBeGreaterThan(seconds);
});
