import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { VerifierEvent } from "../events.ts";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { Limits } from "../limits.ts";
import type { Peer } from "../listener/peer.ts";
import type { Trust } from "../trust/trust.ts";
import type { AcceptedRequest, Application } from "./accepted-request.ts";
import { applicationHeaders } from "./application-headers.ts";
import { watchBody } from "./body-idle.ts";
import { factsOf, type Refuser } from "./create-refuser.ts";
import { judgeRequest } from "./judge-request.ts";
import { webSocketRefusal } from "./web-socket-head.ts";

/** What requests are received with. */
export interface ReceiveOptions {
  /** The peer of a connection that the first lock let through. */
  readonly peerOf: (socket: Duplex) => Peer | undefined;
  readonly trust: () => Trust;
  readonly now: () => number;
  readonly refuser: Refuser;
  readonly application: Application;
  readonly limits: Limits;
  readonly emit: (event: VerifierEvent) => void;
}

/** The listeners for all of Node's ways to say that a request came: there is none that goes past the second lock. */
export interface Receiver {
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  readonly tunnel: (request: IncomingMessage, socket: Duplex, early: Buffer) => void;
}

/** Receives requests: each is judged, and then handed on or refused. */
export function createReceiver(options: ReceiveOptions): Receiver {
  const { refuser, application, limits } = options;

  const peerOf = ({ socket }: IncomingMessage): Peer | null => {
    const peer = options.peerOf(socket);
    if (peer === undefined) socket.destroy();
    // What stands behind a refused request on the same connection is no request: nobody is owed an answer to it.
    return peer === undefined || peer.closing ? null : peer;
  };

  const accept = (
    request: IncomingMessage,
    peer: Peer,
    refuse: AcceptedRequest["refuse"],
  ): AcceptedRequest | null => {
    const began = performance.now();
    const trust = options.trust();
    const judged = judgeRequest(request, peer, trust, options.now(), limits.headerLines);
    if (!judged.ok) {
      refuse(judged.refusal);
      return null;
    }
    const { head, pull } = judged;
    const method = request.method ?? "";
    options.emit({
      event: "pull-accepted",
      hostname: pull.hostname,
      method,
      notAfter: peer.presented?.facts?.notAfter ?? Number.NaN,
      judgedInMs: Math.round((performance.now() - began) * 1_000) / 1_000,
      ...factsOf(peer),
    });
    const authority = trust.origins.get(pull.originHostname)?.authority ?? pull.originHostname;
    return {
      pull,
      head,
      headers: applicationHeaders(request.rawHeaders, head, pull, authority),
      refuse,
    };
  };

  return {
    request: (request, response) => {
      const peer = peerOf(request);
      if (peer === null) return;
      peer.unanswered += 1;
      peer.answering = response;
      response.on("close", () => {
        peer.unanswered -= 1;
      });
      const refuse = (refused: Refusal): void => refuser.request(request, response, peer, refused);
      const accepted = accept(request, peer, refuse);
      if (accepted === null) return;
      if (accepted.head.upgrade !== null) {
        refuse(refusal("malformed-request", "an Upgrade that Connection does not name"));
        return;
      }
      // Only now: a 100 Continue before the judgement would ask a stranger for the body.
      if (accepted.head.expectsContinue) response.writeContinue();
      watchBody(request, accepted.head, limits.bodyIdleMs, () =>
        refuse(refusal("request-timeout", "the body stopped")),
      );
      application.request(request, response, accepted);
    },
    tunnel: (request, socket, early) => {
      const peer = peerOf(request);
      if (peer === null) return;
      const refuse = (refused: Refusal): void => refuser.raw(socket, peer, refused, request);
      const accepted = accept(request, peer, refuse);
      if (accepted === null) return;
      const refused =
        webSocketRefusal(request.method ?? "", request.rawHeaders, accepted.head, early.length) ??
        unopened(peer, application);
      if (refused !== null) {
        refuse(refused);
        return;
      }
      peer.closing = true;
      application.webSocket?.(request, request.socket as TLSSocket, accepted);
    },
  };
}

function unopened(peer: Peer, application: Application): Refusal | null {
  if (peer.unanswered > 0)
    return refusal("malformed-request", "a WebSocket behind an unanswered request");
  if (application.webSocket === null)
    return refusal("malformed-request", "the application takes no WebSocket");
  return null;
}
