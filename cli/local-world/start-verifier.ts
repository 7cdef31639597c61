import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { VerifierEvent } from "../../origin-verifier/events.ts";
import { keepProcess, type KeptProcess } from "../processes/kept-process.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import { parseEvent } from "./parse-event.ts";
import { endedWith, processFailure } from "./process-failure.ts";

/** The verifier, listening. */
export interface RunningVerifier {
  readonly process: KeptProcess;
  readonly pid: number;
  readonly port: number;
  /** Of the console. */
  readonly adminPort: number;
  readonly events: EventLog<VerifierEvent>;
  /** Everything it said, for when it fails. */
  readonly lines: readonly string[];
}

const BIN = fileURLToPath(
  new URL(`../../origin-verifier/main${extname(import.meta.url)}`, import.meta.url),
);
const READY_WITHIN = 20_000;

/**
 * Starts the real verifier as an operator would, in a process of its own.
 *
 * @param started called at once with the process, so that whoever stops everything can stop it too.
 * @param secrets what it has in its environment beside ours; nothing where it is left out.
 * @throws {Failure} where it refuses to start, with what it said.
 */
export async function startVerifier(
  configuration: string,
  folder: string,
  started: (process: KeptProcess) => void,
  secrets: Readonly<Record<string, string>> = {},
): Promise<RunningVerifier> {
  const { log, add } = createEventLog<VerifierEvent>();
  const lines: string[] = [];
  const kept = keepProcess({
    command: [process.execPath, BIN, "--config", configuration, "--log-accepted"],
    folder,
    environment: { ...process.env, ...secrets },
    onLine: (line) => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
      // The verifier's log is its own type, written by the same code that is running here.
      const event = parseEvent(line) as VerifierEvent | null;
      if (event !== null) add(event);
    },
  });
  started(kept);
  const ready = await Promise.race([log.find(isReady, READY_WITHIN), kept.ended]);
  if (ready === null || "code" in ready) {
    const what = ready === null ? "is not ready" : endedWith(ready.code);
    throw processFailure("the verifier", what, lines, "pullproof check");
  }
  // The admin listener comes first, so by now it has said where.
  const admin = await log.find(isAdmin, READY_WITHIN);
  if (admin === null)
    throw processFailure("the verifier", "has no console", lines, "pullproof check");
  const pid = await kept.pid;
  return { process: kept, pid, port: ready.port, adminPort: admin.port, events: log, lines };
}

function isAdmin(event: VerifierEvent): event is Extract<VerifierEvent, { event: "listening" }> {
  return event.event === "listening" && event.listener === "admin";
}

function isReady(event: VerifierEvent): event is Extract<VerifierEvent, { event: "listening" }> {
  return event.event === "listening" && event.listener === "origin";
}
