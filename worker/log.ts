/** One line of the Worker's log, as Workers Logs and `wrangler tail` read it: one JSON object. */
export type LogEvent = PullFailed | PullFailedOver | OriginChanged | CacheFailed;

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
  /** The origin hostname that was asked last; null where none was. */
  readonly origin: string | null;
  /** How many times origins were asked: 0 to 2 where there is one, and up to one more than there are where there are several. */
  readonly attempts: number;
  readonly detail: string | null;
}

/** A pull failed, and the same request is made once more, at the next origin. */
interface PullFailedOver {
  readonly event: "pull-failed-over";
  /** The id of `pull-failed`, where all of it fails. */
  readonly id: string;
  readonly hostname: string;
  readonly from: string;
  /** Which answered, where no line with this id follows. */
  readonly to: string;
  readonly cause: string;
  readonly refusal: string | null;
  readonly status: number | null;
  readonly detail: string | null;
}

/** This isolate asks other origins first from now on; or this one again. */
interface OriginChanged {
  readonly event: "origin-failing" | "origin-back";
  readonly hostname: string;
  readonly origin: string;
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
