import type { AopStatus } from "../observe/observed.ts";
import { failure } from "../manners/failure.ts";
import type { Waiting } from "./retry.ts";

/** What is waited for. */
export interface Awaited {
  /** For people: `the hostname certificate of shop.example.com`. */
  readonly what: string;
  readonly until: "active" | "deleted";
  /** Asks Cloudflare; null where it is not there any more. */
  readonly read: () => Promise<AopStatus | null>;
  /** Cloudflare takes seconds to minutes, and more than two minutes to void something. Default 10 minutes. */
  readonly deadlineMs?: number;
  /** Told each status as it is seen, with the seconds that have passed. */
  readonly onStatus?: (status: string, seconds: number) => void;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;
const DEADLINE_MS = 600_000;

/**
 * Waits until Cloudflare has done what it was asked to.
 *
 * @throws {Failure} where it gives up (`deployment_timed_out`, `deletion_timed_out`), goes the other way, or takes too long.
 */
export async function waitForStatus(awaited: Awaited, waiting: Waiting): Promise<void> {
  const { what, until, read, deadlineMs = DEADLINE_MS, onStatus } = awaited;
  const start = waiting.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const status = (await read()) ?? "deleted";
    const passed = waiting.now() - start;
    onStatus?.(status, Math.round(passed / 1000));
    if (status === until) return;
    if (isOver(status, until)) throw gaveUp(what, status);
    if (passed + pause > deadlineMs) {
      throw failure({
        message: `${what} is ${status} still, after ${Math.round(passed / 1000)} seconds`,
        next: "run the same command again: it goes on waiting",
      });
    }
    await waiting.sleep(pause);
  }
}

/** Whether a status leads nowhere from here. */
function isOver(status: AopStatus, until: Awaited["until"]): boolean {
  if (status === "deployment_timed_out" || status === "deletion_timed_out") return true;
  return until === "active" && (status === "pending_deletion" || status === "deleted");
}

function gaveUp(what: string, status: AopStatus): Error {
  return failure({
    message: `${what} is ${status}: Cloudflare has given up`,
    next:
      status === "deployment_timed_out"
        ? "pullproof issue another certificate and apply again; what was presented before still is"
        : "pullproof plan shows where it stands",
  });
}
