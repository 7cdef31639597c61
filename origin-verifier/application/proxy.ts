import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hostname } from "../../shared/hostname.ts";
import { refusal } from "../judge/refusal.ts";
import { stillMs, type Limits } from "../limits.ts";
import { coarseIntervalMs, createCoarseClock } from "../listener/coarse-clock.ts";
import type { AcceptedRequest, Application } from "../request/accepted-request.ts";
import type { ApplicationTarget } from "./application-target.ts";
import {
  announcedConnections,
  sharedConnections,
  type Connections,
  type ProxyProtocol,
} from "./connections.ts";
import { applicationRefusal, createDial, type Dial } from "./dial.ts";
import { forwardResponse } from "./forward-response.ts";
import { framingHeaders } from "./framing-headers.ts";
import { createJoinedSockets } from "./joined-sockets.ts";
import { joinWebSocket } from "./join-web-socket.ts";
import { mayAskAgain } from "./may-ask-again.ts";

/** Finds the application behind an origin hostname. */
export type ApplicationOf = (originHostname: Hostname) => ApplicationTarget | undefined;

/** An application of its own process: accepted pulls are handed on over HTTP/1.1, explicitly framed and streamed. */
export function proxyTo(
  applicationOf: ApplicationOf,
  limits: Limits,
  proxyProtocol: ProxyProtocol,
): Application {
  const dial = createDial(limits.applicationMs);
  const clock = createCoarseClock(coarseIntervalMs(limits));
  const watch = createJoinedSockets(clock, stillMs(limits));
  const connections = proxyProtocol === "off" ? sharedConnections() : announcedConnections();
  const targetOf = ({ pull, refuse }: AcceptedRequest): ApplicationTarget | null => {
    const target = applicationOf(pull.originHostname);
    if (target === undefined)
      refuse(
        refusal("application-unreachable", "no application is named for this origin hostname"),
      );
    return target ?? null;
  };
  return {
    // What a connection to the application begins with says whose it is: those belong to one peer each.
    relaysTo: proxyProtocol === "off" ? applicationOf : null,
    request: (request, response, accepted) => {
      const target = targetOf(accepted);
      if (target !== null) forward(dial, connections, target, request, response, accepted, false);
    },
    webSocket: (request, socket, accepted) => {
      const target = targetOf(accepted);
      if (target !== null)
        joinWebSocket(dial, connections, watch, target, request, socket, accepted);
    },
  };
}

function forward(
  dial: Dial,
  connections: Connections,
  target: ApplicationTarget,
  request: IncomingMessage,
  response: ServerResponse,
  accepted: AcceptedRequest,
  isRepeat: boolean,
): void {
  const { method = "GET" } = request;
  const { framing, names } = accepted.head;
  const asked = { method, framing, overridesMethod: names.overridesMethod };
  let answer: IncomingMessage | null = null;
  let cameBefore = 0;
  const opened = dial(target, request, [...accepted.headers, ...framingHeaders(framing, method)], {
    agent: isRepeat ? connections.fresh(request, accepted) : connections.kept(request, accepted),
    isPeerSlow: () => answer !== null && (answer.complete || response.writableNeedDrain),
  });
  // Before any of the request is written.
  opened.on("socket", ({ bytesRead }) => {
    cameBefore = bytesRead;
  });
  opened.on("response", (came) => {
    answer = came;
    forwardResponse(came, response, method, accepted.refuse);
  });
  // To a request that asked for no other protocol.
  opened.on("upgrade", (_, socket) => {
    socket.destroy();
    accepted.refuse(refusal("application-unreachable", "the application answered 101 unasked"));
  });
  opened.on("error", (error: NodeJS.ErrnoException) => {
    request.unpipe(opened);
    // RFC 9112 8: one that ends with its connection is whole only where that ended well. Node's parser would say that it is.
    if (answer !== null && !answer.complete && endsWithConnection(answer)) response.destroy();
    // Any other that has begun knows by itself whether it came whole: many come before the body was all taken.
    if (answer !== null || response.destroyed || response.headersSent) return;
    // Half a head and an answer like 103 are no answer to Node, but whoever sent them has read the pull.
    const isUnread = opened.reusedSocket && opened.socket?.bytesRead === cameBefore;
    if (!isRepeat && isUnread && mayAskAgain(error, asked))
      forward(dial, connections, target, request, response, accepted, true);
    else accepted.refuse(applicationRefusal(error));
  });
  response.on("close", () => {
    // The peer left, or was refused in mid-body: what the application has of it must not end as if it were whole.
    if (!response.writableFinished || !request.complete) opened.destroy();
    // Answered before the body was all taken: the rest is nobody's, but the next request stands behind it.
    if (response.writableFinished && !request.complete) {
      request.unpipe(opened);
      request.resume();
    }
  });
  if (framing.by === "none") opened.end();
  else request.pipe(opened);
}

function endsWithConnection({ headers }: IncomingMessage): boolean {
  return headers["content-length"] === undefined && headers["transfer-encoding"] === undefined;
}
