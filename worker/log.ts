/** One line of the Worker's log, as Workers Logs and `wrangler tail` read it: one JSON object. */
export type LogEvent = PullFailed | CacheFailed;

/** Why a pull gave no answer of the application's. The visitor sees the id alone. */
interface PullFailed {
  readonly event: "pull-failed";
  /** The opaque id that the visitor was shown. */
  readonly id: string;
  readonly hostname: string;
  readonly cause: string;
  /** The verifier's own opaque id, which its log line carries too; null where it did not refuse. */
  readonly refusal: string | null;
  /** The status that came back; null where none did. */
  readonly status: number | null;
  /** The status that the visitor got. */
  readonly answered: number;
  /** How many times the origin was asked: 0, 1 or 2. */
  readonly attempts: number;
  readonly detail: string | null;
}

/** The cache could not be read or written: the visitor is served by a pull, and nobody notices but this line. */
export interface CacheFailed {
  readonly event: "cache-failed";
  readonly hostname: string;
  readonly during: "look" | "store" | "invalidate";
  readonly detail: string;
}

/** Writes one line. JSON escapes every control character, so that no text from outside makes a second line. */
export function log(event: LogEvent): void {
  console.log(JSON.stringify(event));
}

const MAX_DETAIL = 300;

/** What was thrown, as text for a log line: bounded, whatever it is. */
export function detailOf(thrown: unknown): string {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return text.slice(0, MAX_DETAIL);
}
