import type { Origin } from "../shared/origin.ts";
import { log } from "./log.ts";
import { opaqueId, plainAnswer } from "./plain-answer.ts";
import { answeredStatus, explain, type PullFailure } from "./pull-failure.ts";

/** Where a pull was made, and how often. */
export interface Attempted {
  /** The origin that was asked last; null where none was. */
  readonly origin: Origin | null;
  /** How many more origins the entry has. */
  readonly others: number;
  /** How many times origins were asked. */
  readonly attempts: number;
  /** The id that the log has already told of it under; a fresh one where left out. */
  readonly id?: string;
}

/** Nobody was asked. */
export const NOT_ATTEMPTED: Attempted = { origin: null, others: 0, attempts: 0 };

/**
 * A failed pull's two ends: to the visitor a status and an opaque id, to the log one line with the same id and the cause.
 */
export function failedPull(
  hostname: string,
  failure: PullFailure,
  { origin, others, attempts, id = opaqueId() }: Attempted,
): Response {
  const answered = answeredStatus(failure);
  log({
    event: "pull-failed",
    id,
    hostname,
    ...whatFailed(failure),
    ...(failure.cause === "refused" && others > 0 ? { detail: REFUSED_HERE } : {}),
    answered,
    origin: origin?.hostname ?? null,
    attempts,
  });
  return plainAnswer(answered, id);
}

const REFUSED_HERE =
  "refused by this origin, and no other was asked: one that accepts what another refuses is a rotation half done (pullproof status, with every --verifier)";

/** A failure as the log tells it. */
export function whatFailed(failure: PullFailure): {
  readonly cause: PullFailure["cause"];
  readonly refusal: string | null;
  readonly status: number | null;
  readonly detail: string | null;
} {
  return {
    cause: failure.cause,
    refusal: failure.cause === "refused" ? failure.refusal : null,
    status: "status" in failure ? failure.status : null,
    detail: explain(failure),
  };
}
