import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { refusal } from "../judge/refusal.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import type { Limits } from "../limits.ts";
import type { AcceptedRequest, Application } from "../request/accepted-request.ts";
import { framingHeaders } from "./framing-headers.ts";
import { shownKeys, type ShownKey } from "./shown-keys.ts";
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
) => void | Promise<void>;

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
  return {
    relaysTo: null,
    request: (request, response, accepted) => {
      showAcceptedHeaders(
        request,
        accepted,
        framingHeaders(accepted.head.framing, request.method ?? ""),
      );
      withholdRefusal(response);
      // A handler that fails has answered nothing, or half: the connection ends, and the next pull is not concerned.
      const end = (): void => {
        response.destroy();
      };
      response.on("error", end);
      try {
        const outcome = handler(request, response, accepted.pull);
        if (typeof outcome === "object") Promise.resolve(outcome).catch(end);
      } catch {
        end();
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

const NO_TRAILERS = [
  ["trailers", () => ({})],
  ["trailersDistinct", () => ({})],
  ["rawTrailers", () => []],
] as const;

/** `headersDistinct` is made when it is asked for, which it seldom is; and of what is shown, where Node would count what came. */
const DISTINCT: PropertyDescriptor & ThisType<IncomingMessage> = {
  get() {
    // Without a prototype: `constructor` and `__proto__` are header names like any other.
    const distinct = Object.create(null) as Record<string, string[]>;
    const { rawHeaders } = this;
    for (let at = 0; at + 1 < rawHeaders.length; at += 2)
      (distinct[(rawHeaders[at] as string).toLowerCase()] ??= []).push(
        rawHeaders[at + 1] as string,
      );
    Object.defineProperty(this, "headersDistinct", { value: distinct, configurable: true });
    return distinct;
  },
  configurable: true,
};

/** Replaces what came by what may be seen, in each of the forms in which Node shows headers. */
function showAcceptedHeaders(
  request: IncomingMessage,
  { headers, head }: AcceptedRequest,
  framing: readonly string[],
): void {
  const rawHeaders = [...headers, ...framing];
  const { headers: came } = request;
  const shown: IncomingHttpHeaders = {};
  const keys = shownKeys(rawHeaders);
  for (let line = 0; line < keys.length; line += 1) {
    const { lower, isOurs, isInherited } = keys[line] as ShownKey;
    // What every object has something of, Node shows in another way each time, or not at all.
    if (isInherited && !Object.hasOwn(came, lower)) continue;
    // Those that are ours replace what came; all others are as Node joined them.
    shown[lower] = isOurs ? rawHeaders[2 * line + 1] : came[lower];
  }
  request.headers = shown;
  request.rawHeaders = rawHeaders;
  Object.defineProperty(request, "headersDistinct", DISTINCT);
  // Nothing comes behind a body that is framed by its length, or behind none.
  if (head.framing.by !== "chunks") return;
  // Trailers come after the judgement: a handler that merges them (RFC 9110 6.5.1) would take an identity from there.
  // Node writes them in the moment in which the message is complete, before any listener of ours could take them away.
  for (const [name, empty] of NO_TRAILERS) {
    Object.defineProperty(request, name, { get: empty, set: () => {}, configurable: true });
  }
}
