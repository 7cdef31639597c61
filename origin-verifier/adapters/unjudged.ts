import type { IncomingMessage, ServerResponse } from "node:http";
import { findPull } from "./pull-of.ts";

let warned = false;

/**
 * Whether a request came past the verifier: from another listener of the same application, or made up by a test. Whoever
 * runs the application is told once, on stderr; whoever sent the request is told nothing.
 */
export function isUnjudged(request: unknown): boolean {
  if (findPull(request) !== null) return false;
  if (!warned) {
    warned = true;
    process.emitWarning(
      "a request came to the application past the origin verifier, and was refused: does the application listen elsewhere too, or is this a test? Requests come through the origin server alone.",
      { code: "PULLPROOF_UNJUDGED" },
    );
  }
  return true;
}

/** The status of what came past the verifier. */
export const UNJUDGED_STATUS = 403;

/** Answers what came past the verifier, and ends its connection. */
export function refuseUnjudged(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(UNJUDGED_STATUS, {
    Connection: "close",
    "Content-Length": "0",
    "Cache-Control": "no-store",
  });
  response.end();
}

/** An application was mounted in a way in which a request could get past the verifier: it is not served. */
export class WronglyMounted extends Error {
  override readonly name = "WronglyMounted";
}
