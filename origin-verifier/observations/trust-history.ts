import type { FileProblem, VerifierEvent } from "../events.ts";
import { MOST_PROBLEMS } from "./recent-events.ts";

/** What became of the trust so far. Times are milliseconds since 1970. */
export interface TrustHistory {
  /** When the trust in force was swapped in. */
  readonly lastSwap: number | null;
  /** The last reload that failed; null where none has. */
  readonly lastFailure: ReloadFailure | null;
  /** How many have failed. */
  readonly failures: number;
  /** Whether the last reload of all failed: the files say something else than what is in force. */
  readonly failing: boolean;
  /** What the trust in force was warned about. */
  readonly warnings: readonly string[];
}

/** A reload that failed. */
export interface ReloadFailure {
  readonly at: number;
  readonly problems: readonly FileProblem[];
}

/** Before the first trust. */
export const NO_TRUST_YET: TrustHistory = {
  lastSwap: null,
  lastFailure: null,
  failures: 0,
  failing: false,
  warnings: [],
};

/** The history after an event. */
export function afterEvent(history: TrustHistory, event: VerifierEvent, at: number): TrustHistory {
  switch (event.event) {
    case "trust-swapped":
      return { ...history, lastSwap: at, failing: false, warnings: event.warnings };
    case "reload-failed":
      return {
        ...history,
        lastFailure: { at, problems: event.problems.slice(0, MOST_PROBLEMS) },
        failures: history.failures + 1,
        failing: true,
      };
    case "listening":
    case "handshake-failed":
    case "pull-refused":
    case "pull-reported":
    case "pull-accepted":
    case "report-ends":
    case "report-ended":
    case "file-old":
    case "listener-unsafe":
    case "stopping":
    case "stopped":
      return history;
  }
}
