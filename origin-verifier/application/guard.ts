import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { refusal } from "../judge/refusal.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import type { Limits } from "../limits.ts";
import type { Application } from "../request/accepted-request.ts";
import { makeSureOfShowing, showAcceptedHeaders } from "./show-headers.ts";
import { withholdRefusal } from "./withhold-refusal.ts";

/**
 * An application in this process. It gets each request with what was judged of its pull: the proof that it was accepted,
 * or, where the mapping has its hostname in report mode, why it was not. A handler that takes an `AcceptedPull` alone does
 * not compile: who never looks at `verdict` serves anybody while report mode lasts.
 */
export type GuardedHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  pull: JudgedPull,
) => void | PromiseLike<unknown>;

/** An application in this process that takes WebSockets: it gets the socket after both locks. */
export type GuardedWebSocketHandler = (
  request: IncomingMessage,
  socket: TLSSocket,
  pull: JudgedPull,
) => void | Promise<void>;

/**
 * Puts a handler of this process behind both locks. Its request carries the same headers that a proxied application
 * would see: nothing that claims who somebody is, but what the verifier says.
 */
export function guarded(
  handler: GuardedHandler,
  webSocket: GuardedWebSocketHandler | null,
  { applicationMs }: Pick<Limits, "applicationMs">,
): Application {
  makeSureOfShowing();
  return {
    relaysTo: null,
    request: (request, response, accepted) => {
      showAcceptedHeaders(request, accepted);
      withholdRefusal(response);
      response.on("error", destroyThis);
      try {
        const outcome = handler(request, response, accepted.pull);
        if (typeof outcome === "object") Promise.resolve(outcome).catch(() => response.destroy());
      } catch {
        response.destroy();
      }
    },
    webSocket:
      webSocket === null
        ? null
        : (request, socket, accepted) => {
            showAcceptedHeaders(request, accepted, [
              "Connection",
              "Upgrade",
              "Upgrade",
              "websocket",
            ]);
            endAfterUs(socket);
            awaitAnswer(socket, applicationMs, () => {
              accepted.refuse(refusal("application-timeout", "no answer to a WebSocket in time"));
            });
            (async () => webSocket(request, socket, accepted.pull))().catch(() => socket.destroy());
          },
  };
}

/** A handler that fails has answered nothing, or half: the connection ends, and the next pull is not concerned. */
function destroyThis(this: ServerResponse): void {
  this.destroy();
}

/** A peer has this long, in milliseconds, to end its side after the application has ended its own. */
const HALF_CLOSED_MS = 30_000;

/** What the peer still sends hides its end where nobody reads: such a socket would stay for ever. */
function endAfterUs(socket: TLSSocket): void {
  socket.once("finish", () => {
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), HALF_CLOSED_MS);
    socket.once("close", () => clearTimeout(timer));
  });
}

/** Calls once, where the handler has written nothing of an answer within its time. */
function awaitAnswer(socket: TLSSocket, ms: number, missed: () => void): void {
  const before = socket.bytesWritten;
  const timer = setTimeout(() => {
    if (socket.bytesWritten === before && socket.writable) missed();
  }, ms);
  socket.once("close", () => clearTimeout(timer));
}
