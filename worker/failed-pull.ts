import { log } from "./log.ts";
import { opaqueId, plainAnswer } from "./plain-answer.ts";
import { answeredStatus, explain, type PullFailure } from "./pull-failure.ts";

/**
 * A failed pull's two ends: to the visitor a status and an opaque id, to the log one line with the same id and the cause.
 *
 * @param attempts how many times the origin was asked.
 */
export function failedPull(hostname: string, failure: PullFailure, attempts: number): Response {
  const id = opaqueId();
  const answered = answeredStatus(failure);
  log({
    event: "pull-failed",
    id,
    hostname,
    cause: failure.cause,
    refusal: failure.cause === "refused" ? failure.refusal : null,
    status: "status" in failure ? failure.status : null,
    answered,
    attempts,
    detail: explain(failure),
  });
  return plainAnswer(answered, id);
}
