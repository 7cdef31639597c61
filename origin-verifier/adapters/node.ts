import type { OriginVerifier } from "../origin-verifier.ts";
import { OriginServer, type RequestListener } from "./origin-server.ts";

export { pullOf, UnjudgedRequest } from "./pull-of.ts";
export type { AcceptedPull, JudgedPull, ReportedPull } from "../judge/verdict.ts";
export type { OriginServer, OriginServerEvents, RequestListener } from "./origin-server.ts";
export type { ListenArguments, ListenOptions } from "./listen-arguments.ts";

/**
 * Puts an application of Node's own http behind both locks: `createOriginServer(verifier, listener)` in place of
 * `https.createServer(options, listener)`. The listener asks {@link pullOf} who pulled, which has no answer for a request
 * that came in another way. A WebSocket library takes the server as it takes Node's (`new WebSocketServer({ server })`).
 */
export function createOriginServer(
  verifier: OriginVerifier,
  listener: RequestListener,
): OriginServer {
  return new OriginServer(verifier, listener);
}
