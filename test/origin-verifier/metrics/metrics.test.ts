import { expect, test } from "vitest";
import { createMetrics } from "../../../origin-verifier/metrics/create-metrics.ts";
import { createObservations } from "../../../origin-verifier/observations/observations.ts";
import type { Trust } from "../../../origin-verifier/trust/trust.ts";
import {
  acceptedPull,
  fingerprint,
  madeUpTrust,
  refusedPull,
  reportedPull,
} from "../../support/made-up-trust.ts";
import { samplesOf } from "../../support/samples.ts";

const START = Date.UTC(2030, 0, 1);
const ORIGIN = "origin-shop.example.net";

function begin(trust: Trust | null = plainTrust()) {
  const clock = { now: START };
  const now = () => clock.now;
  const observations = createObservations({ trust: () => trust, now });
  const metrics = createMetrics({
    trust: () => trust,
    observations,
    connections: () => 3,
    version: "1.2.3",
    now,
  });
  const take: typeof metrics.take = (event) => {
    observations.take(event);
    metrics.take(event);
  };
  return { clock, take, text: metrics.text, samples: async () => samplesOf(await metrics.text()) };
}

const plainTrust = () =>
  madeUpTrust(
    {
      [ORIGIN]: {
        hostnames: ["shop.example.com"],
        accepts: [fingerprint(1)],
        originNotAfter: 5_000,
      },
    },
    { issuerNotAfter: 7_000, revocationUntil: 8_000 },
  );

const named = (samples: Awaited<ReturnType<ReturnType<typeof begin>["samples"]>>, name: string) =>
  samples.filter((sample) => sample.name === name).map(({ labels, value }) => [labels, value]);

test("strangers share one count by reason, and mint no label", async () => {
  const { take, text, samples } = begin();
  const before = (await samples()).length;
  for (let n = 0; n < 500; n += 1)
    take(
      refusedPull("unknown-issuer", `o${n}.example.org`, fingerprint(n + 5), {
        hostname: `h${n}.example.org`,
        detail: `d${n}`,
      }),
    );
  expect(named(await samples(), "pullproof_pulls_total")).toContainEqual([
    { hostname: "", verdict: "refused", reason: "unknown-issuer", mode: "enforce" },
    500,
  ]);
  expect((await samples()).length).toBe(before + 1);
  expect(await text()).not.toContain("example.org");
});

test("pulls are counted by hostname, verdict and reason", async () => {
  const { take, samples } = begin();
  take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1)));
  take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1)));
  take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(2)));
  expect(named(await samples(), "pullproof_pulls_total")).toEqual([
    [{ hostname: "shop.example.com", verdict: "accepted", reason: "", mode: "" }, 2],
    [
      {
        hostname: "shop.example.com",
        verdict: "refused",
        reason: "certificate-not-accepted",
        mode: "enforce",
      },
      1,
    ],
  ]);
});

test("what report mode lets through is a refusal of its own mode, and judging it is not measured as a pull's", async () => {
  const { take, samples } = begin();
  take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
  take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
  take(refusedPull("no-certificate", ORIGIN));
  const shop = { hostname: "shop.example.com", verdict: "refused", reason: "no-certificate" };
  expect(named(await samples(), "pullproof_pulls_total")).toEqual([
    [{ hostname: "shop.example.com", verdict: "accepted", reason: "", mode: "" }, 0],
    [{ ...shop, mode: "enforce" }, 1],
    [{ ...shop, mode: "report" }, 2],
  ]);
});

test("the end of report mode has a value for each hostname that has one, and for no other", async () => {
  const end = "pullproof_report_mode_end_timestamp_seconds";
  expect(named(await begin().samples(), end)).toEqual([]);
  const hostnames = ["shop.example.com", "www.example.com"];
  const trust = madeUpTrust({ [ORIGIN]: { hostnames, accepts: [], reportUntil: START } });
  expect(named(await begin(trust).samples(), end)).toEqual(
    hostnames.map((hostname) => [{ hostname }, START / 1_000]),
  );
});

test("the shared certificate has a value for each hostname that it opens, and for no other", async () => {
  const gauge = "pullproof_shared_certificate_accepted";
  expect(named(await begin().samples(), gauge)).toEqual([]);
  const trust = madeUpTrust({
    [ORIGIN]: { hostnames: ["shop.example.com", "www.example.com"], accepts: "shared" },
    "origin-blog.example.net": { hostnames: ["blog.example.com"], accepts: [fingerprint(1)] },
  });
  expect(named(await begin(trust).samples(), gauge)).toEqual([
    [{ hostname: "shop.example.com" }, 1],
    [{ hostname: "www.example.com" }, 1],
  ]);
});

test("each lock beside a certificate has a value, and its file's time where there is one", async () => {
  const gauge = "pullproof_other_lock";
  expect(named(await begin().samples(), gauge)).toEqual([]);
  const hostname = "shop.example.com";
  const trust = madeUpTrust({
    [ORIGIN]: {
      hostnames: [hostname],
      accepts: [fingerprint(1)],
      also: [
        { lock: "addresses", file: "mine.txt", fetched: null },
        { lock: "header", secrets: 1 },
        { lock: "access", team: "a", audiences: [], keys: 2, file: "a.json", fetched: START },
      ],
    },
  });
  const samples = await begin(trust).samples();
  const locks = ["addresses", "header", "access"];
  expect(named(samples, gauge)).toEqual(locks.map((lock) => [{ hostname, lock }, 1]));
  expect(named(samples, `${gauge}_fetched_timestamp_seconds`)).toEqual([
    [{ hostname, lock: "access" }, START / 1_000],
  ]);
});

test("a hostname counts from zero, so that its first pull is an increase", async () => {
  const { samples } = begin();
  expect(named(await samples(), "pullproof_pulls_total")).toEqual([
    [{ hostname: "shop.example.com", verdict: "accepted", reason: "", mode: "" }, 0],
  ]);
});

test("ends are there for issuers and origins at once, for pull certificates once they are seen", async () => {
  const { take, samples } = begin();
  const ends = "pullproof_certificate_not_after_timestamp_seconds";
  expect(named(await samples(), ends)).toEqual([
    [{ kind: "origin", name: ORIGIN, fingerprint: fingerprint(9_000) }, 5],
    [{ kind: "issuer", name: "own", fingerprint: fingerprint(9_001) }, 7],
  ]);
  take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), 6_000));
  const pull = { kind: "pull", name: "shop.example.com", fingerprint: fingerprint(1) };
  expect(named(await samples(), ends)).toContainEqual([pull, 6]);
  expect(named(await samples(), "pullproof_certificate_last_seen_timestamp_seconds")).toEqual([
    [pull, START / 1_000],
  ]);
  expect(named(await samples(), "pullproof_crl_next_update_timestamp_seconds")).toEqual([
    [{ issuer: "own" }, 8],
  ]);
});

test("what is not known has no value, and is not zero", async () => {
  const { samples } = begin(null);
  const all = await samples();
  for (const name of [
    "pullproof_trust_generation",
    "pullproof_trust_last_swap_timestamp_seconds",
    "pullproof_trust_last_reload_failure_timestamp_seconds",
    "pullproof_watching_since_timestamp_seconds",
    "pullproof_last_accepted_pull_timestamp_seconds",
    "pullproof_pulls_total",
  ])
    expect(named(all, name)).toEqual([]);
  expect(named(all, "pullproof_ready")).toEqual([[{}, 0]]);
});

test("a failed reload is failing until one succeeds", async () => {
  const { take, clock, samples } = begin();
  const failing = async () => named(await samples(), "pullproof_trust_reload_failing");
  take({ event: "trust-swapped", generation: 1, warnings: [] });
  expect(await failing()).toEqual([[{}, 0]]);
  clock.now += 1_000;
  take({ event: "reload-failed", generation: 1, problems: [] });
  expect(await failing()).toEqual([[{}, 1]]);
  take({ event: "trust-swapped", generation: 2, warnings: [] });
  const all = await samples();
  expect(named(all, "pullproof_trust_reload_failing")).toEqual([[{}, 0]]);
  expect(named(all, "pullproof_trust_reload_failures_total")).toEqual([[{}, 1]]);
  expect(named(all, "pullproof_trust_last_reload_failure_timestamp_seconds")).toEqual([
    [{}, START / 1_000 + 1],
  ]);
});

test("judging is measured, of accepted pulls", async () => {
  const { take, samples } = begin();
  take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1)));
  take(refusedPull("no-certificate", ORIGIN));
  const all = await samples();
  expect(named(all, "pullproof_judge_duration_seconds_count")).toEqual([[{}, 1]]);
  expect(named(all, "pullproof_judge_duration_seconds_sum")[0]?.[1]).toBeCloseTo(0.000_05);
});

test("the process says what it is", async () => {
  const { samples } = begin();
  const all = await samples();
  expect(named(all, "pullproof_build_info")).toEqual([
    [{ version: "1.2.3", node_version: process.versions.node }, 1],
  ]);
  expect(named(all, "pullproof_connections")).toEqual([[{}, 3]]);
  expect(named(all, "process_resident_memory_bytes")[0]?.[1]).toBeGreaterThan(1_000_000);
});
