import { AggregatorRegistry, Histogram, Registry } from "prom-client";
import type { VerifierEvent } from "../events.ts";
import { certificateMetrics } from "./certificate-metrics.ts";
import { metricFamilies } from "./metric-families.ts";
import type { MetricSources } from "./metric-sources.ts";
import { processMetrics } from "./process-metrics.ts";
import { pullMetrics } from "./pull-metrics.ts";
import { trustMetrics } from "./trust-metrics.ts";

/** The metrics of one verifier, in a registry of their own. */
export interface Metrics {
  /** Takes an event in: a distribution cannot be read from counts later. */
  readonly take: (event: VerifierEvent) => void;
  /** The one distribution, as plain data that a supervisor adds up. */
  readonly distribution: () => Promise<object>;
  /** The media type of the text. */
  readonly contentType: string;
  /** Everything, in Prometheus' text format. */
  readonly text: () => Promise<string>;
}

// In seconds. Judging takes microseconds; with a new trust the next request of each connection checks a signature again.
const JUDGE_BUCKETS = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05];

/**
 * Makes the metrics. All but one are read from the observations when they are asked for, and cost a pull nothing.
 *
 * Labels are names of the mapping, fingerprints of certificates that it or its issuers know, and our own words: no
 * stranger mints one.
 *
 * @param elsewhere the distributions of the processes that accept pulls, where this one accepts none itself.
 */
export function createMetrics(
  sources: MetricSources,
  elsewhere: (() => readonly object[]) | null = null,
): Metrics {
  const registry = new Registry();
  const families = metricFamilies(registry);
  pullMetrics(sources, families);
  certificateMetrics(sources, families);
  trustMetrics(sources, families);
  processMetrics(sources, families);
  const judging = new Histogram({
    name: "pullproof_judge_duration_seconds",
    help: "Time to read and judge the head of an accepted pull.",
    buckets: JUDGE_BUCKETS,
    registers: elsewhere === null ? [registry] : [],
  });
  return {
    take: (event) => {
      if (event.event === "pull-accepted") judging.observe(event.judgedInMs / 1_000);
    },
    distribution: () => judging.get(),
    contentType: registry.contentType,
    text: async () => {
      const own = await registry.metrics();
      if (elsewhere === null) return own;
      const added = AggregatorRegistry.aggregate(elsewhere().map((one) => [one]));
      return `${own}\n${await added.metrics()}`;
    },
  };
}
