import type { Observations } from "../observations/observations.ts";
import type { Trust } from "../trust/trust.ts";

/** What metrics are read from. */
export interface MetricSources {
  readonly trust: () => Trust | null;
  readonly observations: Observations;
  /** Connections at this moment. */
  readonly connections: () => number;
  /** The version of this package. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
