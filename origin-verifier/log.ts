import { pino, type Logger } from "pino";
import type { VerifierEvent } from "./events.ts";

/** The verifier's log: one JSON object a line on stdout, so that nothing a peer wrote can pass for a line of its own. */
export function createLog(): {
  readonly write: (event: VerifierEvent) => void;
  readonly flush: () => void;
} {
  const logger: Logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return {
    write: (event) => logger[levelOf(event)](event),
    flush: () => logger.flush(),
  };
}

function levelOf({ event }: VerifierEvent): "info" | "warn" | "error" {
  switch (event) {
    case "reload-failed":
    case "listener-unsafe":
      return "error";
    case "pull-refused":
    case "pull-reported":
    case "report-ends":
    case "report-ended":
    case "handshake-failed":
      return "warn";
    case "listening":
    case "pull-accepted":
    case "trust-swapped":
    case "stopping":
    case "stopped":
      return "info";
  }
}
