import type { Latencies } from "./latencies.ts";
import type { Outcome } from "./puller.ts";

/** What the verifier held at one moment of a soak. */
export interface Sample {
  /** Seconds from the start. */
  readonly at: number;
  readonly pulls: number;
  /** Resident, in MiB. */
  readonly memory: number;
  readonly descriptors: number;
}

/** Everything that a soak counts. */
export interface Tally {
  /** Good pulls: answered with the right words, or failed while the application was away. */
  good: number;
  failedWhileAway: number;
  /** Pulls that are refused, and were. */
  refused: number;
  reloads: number;
  slowPeers: number;
  readonly latencies: Latencies;
  readonly samples: Sample[];
  /** Live heap after a whole collection, in MiB: warmed up, and at the end. */
  readonly alive: number[];
  /** What must not happen, in words; the first hundred. Empty is a soak that held. */
  readonly wrong: string[];
}

/** Notes something that must not happen. */
export function noteWrong(tally: Tally, what: string, outcome: Outcome): void {
  if (tally.wrong.length < 100) tally.wrong.push(`${what}: ${JSON.stringify(outcome)}`);
}
