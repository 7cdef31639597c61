import type { IncomingMessage } from "node:http";
import type { JudgedPull } from "../judge/verdict.ts";

/** Makes what extends it put its private fields onto an object that is there already. */
const Onto = function onto(given: object): object {
  return given;
} as unknown as new (given: object) => object;

/**
 * A request that both locks let through. Its pull is on it, and out of everybody's reach: a property can be set by whoever
 * parses a body or pollutes a prototype, a header by whoever sends one, and a private field in this class alone. (A WeakMap
 * says the same, at ten times the cost for each request.)
 */
class Judged extends Onto {
  readonly #pull: JudgedPull;
  constructor(request: IncomingMessage, pull: JudgedPull) {
    super(request);
    this.#pull = pull;
  }
  static pullOf(request: unknown): JudgedPull | null {
    return typeof request === "object" && request !== null && #pull in request
      ? Object.freeze(request.#pull)
      : null;
  }
}

/** Ties a request to its pull, for good. For the origin server alone, which has both from the guard. */
export function carryPull(request: IncomingMessage, pull: JudgedPull): void {
  void new Judged(request, pull);
}

/** The pull of a request; null where nobody judged it: it came past the verifier, or is made up by a test. */
export function findPull(request: unknown): JudgedPull | null {
  return Judged.pullOf(request);
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
