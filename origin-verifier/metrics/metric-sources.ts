import type { Observed } from "../observations/observations.ts";
import type { TrustFacts } from "../trust/trust.ts";

/** What metrics are read from. */
export interface MetricSources {
  readonly trust: () => TrustFacts | null;
  readonly observations: Observed;
  /** Connections at this moment. */
  readonly connections: () => number;
  /** What the process costs, or all of them. Default: this one. */
  readonly usage?: () => ProcessUsage;
  /** The version of this package. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What a process has cost so far. */
export interface ProcessUsage {
  /** Resident memory. */
  readonly bytes: number;
  readonly cpuSeconds: number;
}

/** What this process has cost so far. */
export function ownUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return { bytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1_000_000 };
}
