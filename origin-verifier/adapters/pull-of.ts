import type { IncomingMessage } from "node:http";
import type { JudgedPull } from "../judge/verdict.ts";
import { carriedPull } from "../request/received-request.ts";

/** The pull of a request; null where nobody judged it: it came past the verifier, or is made up by a test. */
export function findPull(request: unknown): JudgedPull | null {
  const pull = carriedPull(request);
  return pull === null ? null : Object.freeze(pull);
}

/** A request that no verifier of this process has judged was asked for its pull. */
export class UnjudgedRequest extends Error {
  override readonly name = "UnjudgedRequest";
  constructor() {
    super(
      "this request did not come through the origin verifier: it has no pull (another listener of the same application, or an injected request)",
    );
  }
}

/**
 * The pull of a request: for which hostname, and, where `verdict` is `accepted`, who pulled. Where the mapping has its
 * hostname in report mode it may be `refused`, with the reason, and proves nothing. It stays true of this request however long the request is
 * kept, and says nothing of the next one on the same connection.
 *
 * @param request Node's own request object. What a framework wraps around it has the same one inside.
 * @throws UnjudgedRequest where no verifier of this process has judged it.
 */
export function pullOf(request: IncomingMessage): JudgedPull {
  const pull = findPull(request);
  if (pull === null) throw new UnjudgedRequest();
  return pull;
}
