import { setTimeout as delay } from "node:timers/promises";
import type { APIError } from "cloudflare/core/error";
import { isLocked, type Endpoint } from "./endpoint.ts";
import { readTrouble } from "./read-trouble.ts";
import { CloudflareError, type Trouble } from "./trouble.ts";

/** Time, as waiting needs it: tests bring their own. */
export interface Waiting {
  /** ms, of any origin. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told before each pause, why and for how many ms: nobody should sit before a silent terminal. */
  readonly onPause?: (trouble: Trouble, ms: number) => void;
}

/** The machine's own time. */
export const REAL_WAITING: Waiting = {
  now: () => performance.now(),
  sleep: async (ms) => await delay(ms),
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** A call with all of its repetitions, where Cloudflare answers, and where nobody does. */
export const PATIENCE_MS = 60_000;
export const UNREACHABLE_PATIENCE_MS = 10_000;

/** Whether a call may be made twice; else only after an answer that says that nothing was done. */
export type Repeat = "safe" | "never twice";

/**
 * Makes a call, and again where it is likely to go well the next time: 409 of a zone, 429, 5xx, no answer. Waits longer
 * each time, or as long as Retry-After says.
 *
 * A call that was done and whose answer was lost is made twice. That is safe here: the second upload is refused as the same
 * certificate, the second deletion finds nothing, and everything else sets what is already set. What would come to be there
 * twice is "never twice".
 *
 * @throws {CloudflareError} once it is hopeless, or has taken {@link PATIENCE_MS} (or {@link UNREACHABLE_PATIENCE_MS}).
 */
export async function withRetries<T>(
  endpoint: Endpoint,
  waiting: Waiting,
  call: () => Promise<T>,
  repeat: Repeat = "safe",
): Promise<T> {
  const start = waiting.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (thrown) {
      if (thrown instanceof CloudflareError) throw thrown;
      const trouble = readTrouble(thrown, endpoint);
      const wait = retryAfter(thrown) ?? pause;
      const patience = trouble.kind === "unreachable" ? UNREACHABLE_PATIENCE_MS : PATIENCE_MS;
      const isLate = waiting.now() + wait > start + patience;
      if (isLate || !isWorthRepeating(trouble, endpoint, repeat)) {
        throw new CloudflareError(trouble, endpoint);
      }
      waiting.onPause?.(trouble, wait);
      await waiting.sleep(wait);
    }
  }
}

function isWorthRepeating({ kind }: Trouble, endpoint: Endpoint, repeat: Repeat): boolean {
  if (repeat === "never twice") return kind === "too many requests";
  if (kind === "zone is busy") return isLocked(endpoint);
  return kind === "too many requests" || kind === "unavailable" || kind === "unreachable";
}

/** ms; null where nothing is said, or a date (RFC 9110 10.2.3 allows one; Cloudflare sends seconds). */
function retryAfter(thrown: unknown): number | null {
  const said = (thrown as Partial<APIError>).headers?.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(said) ? Number(said) * 1000 : null;
}
