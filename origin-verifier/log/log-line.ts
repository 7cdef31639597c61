import type { VerifierEvent } from "../events.ts";
import type { RefusalReason } from "../judge/refusal.ts";
import type { Watching } from "../watch/watch-files.ts";

/** What is logged: what happens at the verifier, and what concerns its process alone. */
export type LogLine =
  | VerifierEvent
  | ({
      /** How the files of the trust are watched. */
      readonly event: "watching";
    } & Watching)
  | {
      /** The admin listener asks for another token from now on; whoever came in with the old one is out. */
      readonly event: "admin-token-replaced";
    }
  | {
      /** One of several processes ended by itself, and is started again. */
      readonly event: "worker-ended";
      readonly worker: number;
      readonly processId: number;
      /** Its exit code, or the signal that ended it. */
      readonly by: number | string;
      /** In how many milliseconds it is started again. */
      readonly againInMs: number;
    }
  | {
      /** Lines that could not be written (a full disk) and were too many to keep. */
      readonly event: "lines-lost";
      readonly count: number;
    }
  | {
      /** Refusals beyond what is logged line by line. All of them are in the metrics. */
      readonly event: "refusals-omitted";
      /** `handshake-failed` for handshakes. */
      readonly reason: RefusalReason | "handshake-failed";
      readonly count: number;
      /** From how many addresses; counted up to 1,000. */
      readonly sources: number;
    };

/** How loud a line is. */
export function levelOf(line: LogLine): "info" | "warn" | "error" {
  switch (line.event) {
    case "reload-failed":
    case "listener-unsafe":
    case "worker-ended":
      return "error";
    case "pull-refused":
    case "pull-reported":
    case "report-ends":
    case "report-ended":
    case "file-old":
    case "handshake-failed":
    case "refusals-omitted":
    case "lines-lost":
      return "warn";
    case "stopped":
      return line.cutOff > 0 ? "warn" : "info";
    case "watching":
      return line.unwatched.length > 0 ? "warn" : "info";
    case "trust-swapped":
      return line.warnings.length > 0 ? "warn" : "info";
    case "listening":
    case "pull-accepted":
    case "admin-token-replaced":
    case "stopping":
      return "info";
  }
}
