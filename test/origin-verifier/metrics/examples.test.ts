import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { createMetrics } from "../../../origin-verifier/metrics/create-metrics.ts";
import { createObservations } from "../../../origin-verifier/observations/observations.ts";
import {
  acceptedPull,
  fingerprint,
  madeUpTrust,
  refusedPull,
  reportedPull,
  LISTENING,
} from "../../support/made-up-trust.ts";
import { samplesOf } from "../../support/samples.ts";
import { expressionsOfDashboard, expressionsOfRules, usesOf } from "./expressions.ts";

const read = (path: string) =>
  readFileSync(new URL(`../../../examples/${path}`, import.meta.url), "utf8");

/** What Prometheus itself puts on every series. */
const OF_PROMETHEUS = ["instance", "job"];

/** Every metric that there is, with its labels and their values: from a verifier to which everything has happened. */
let metrics: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

beforeAll(async () => {
  const origin = "origin-shop.example.net";
  const trust = madeUpTrust(
    {
      [origin]: {
        hostnames: ["shop.example.com"],
        accepts: [fingerprint(1)],
        reportUntil: 1,
        also: [
          { lock: "addresses", file: "ranges.txt", fetched: 1 },
          { lock: "header", secrets: 1 },
          { lock: "access", team: "acme", audiences: [], keys: 2, file: "acme.json", fetched: 1 },
        ],
      },
      "origin-shared.example.net": { hostnames: ["shared.example.com"], accepts: "shared" },
    },
    { revocationUntil: 1 },
  );
  const observations = createObservations({ trust: () => trust, now: () => 1 });
  const made = createMetrics({
    trust: () => trust,
    observations,
    connections: () => 0,
    version: "1.2.3",
    now: () => 1,
  });
  for (const event of [
    { event: "trust-swapped", generation: 1, warnings: [] },
    LISTENING,
    { event: "reload-failed", generation: 1, problems: [] },
    acceptedPull("shop.example.com", origin, fingerprint(1), 2),
    refusedPull("no-certificate", origin),
    refusedPull("unknown-issuer", origin),
    refusedPull("session-resumed", origin),
    refusedPull("application-timeout", origin),
    reportedPull("wrong-issuer", "shop.example.com", origin),
  ] as const) {
    observations.take(event);
    made.take(event);
  }
  const found = new Map<string, Map<string, Set<string>>>();
  for (const { name, labels } of samplesOf(await made.text())) {
    const known = found.get(name) ?? new Map<string, Set<string>>();
    found.set(name, known);
    for (const [label, value] of Object.entries(labels))
      known.set(label, (known.get(label) ?? new Set()).add(value));
  }
  metrics = found;
});

const FILES = [
  { file: "alerts/pullproof.rules.yml", expressionsOf: expressionsOfRules, least: 14 },
  { file: "grafana/pullproof.json", expressionsOf: expressionsOfDashboard, least: 19 },
] as const;

describe.each(FILES)("$file", ({ file, expressionsOf, least }) => {
  const expressions = expressionsOf(read(file));

  test("is read whole", () => {
    expect(expressions.length).toBeGreaterThanOrEqual(least);
    for (const expression of expressions) expect(usesOf(expression)).not.toEqual([]);
  });

  test.each(expressions)("asks for what there is: %s", (expression) => {
    for (const { metric, labels } of usesOf(expression)) {
      const known = metrics.get(metric);
      expect([...metrics.keys()]).toContain(metric);
      const names = [...(known?.keys() ?? []), ...OF_PROMETHEUS];
      expect(names).toEqual(expect.arrayContaining(labels.map(({ label }) => label)));
    }
  });

  test("names kinds, verdicts and reasons that there are", () => {
    for (const { metric, labels } of expressions.flatMap(usesOf)) {
      for (const { label, values } of labels) {
        if (!["kind", "verdict", "reason", "mode", "lock"].includes(label)) continue;
        const known = [...(metrics.get(metric)?.get(label) ?? [])];
        const unknown = values.filter(
          (value) => !known.some((one) => new RegExp(`^(?:${value})$`).test(one)),
        );
        expect([metric, label, unknown]).toEqual([metric, label, []]);
      }
    }
  });
});

test("every alert says how bad it is and what happens", () => {
  const alerts = read("alerts/pullproof.rules.yml")
    .split(/^ +- alert: /m)
    .slice(1);
  expect(alerts.length).toBe(14);
  for (const alert of alerts) {
    expect(alert).toMatch(/severity: (?:info|warning|critical)\n/);
    expect(alert).toMatch(/summary: \S/);
    expect(alert).toMatch(/description: \S/);
  }
});
