import type { IncomingMessage, ServerResponse } from "node:http";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { Peer } from "../listener/peer.ts";
import { beginning, createHeadersFor, tellAccepted } from "./accepted-pull.ts";
import { watchBody } from "./body-idle.ts";
import { factsOf, hostnameAsked } from "./create-refuser.ts";
import { judgeRequest } from "./judge-request.ts";
import { readRequestHead } from "./request-head.ts";
import { createTunnelReceiver } from "./receive-tunnels.ts";
import { createUnreadableReceiver } from "./receive-unreadable.ts";
import type { Accept, ReceiveOptions, Receiver } from "./receiver.ts";
import { RequestTurn } from "./request-turn.ts";
import { holdBack, inTurn } from "./turns.ts";

/** Receives requests: each is judged in its turn, and then handed on or refused. */
export function createReceiver(options: ReceiveOptions): Receiver {
  const { refuser, application, limits } = options;
  const headersFor = createHeadersFor(options.clientCertHeader);

  const accept: Accept = (request, peer, refuse, rest) => {
    const began = beginning(options.emit);
    const trust = options.trust();
    const now = options.now();
    const { httpVersion, method = "", url: target = "", rawHeaders } = request;
    const raw = { httpVersion, method, target, rawHeaders };
    const judged = judgeRequest(readRequestHead(raw, limits.headerLines), peer, trust, now);
    if (!judged.ok) {
      refuse(judged.refusal);
      return null;
    }
    const { head, pull } = judged;
    const refused = rest(head);
    if (refused !== null) {
      refuse(refused);
      return null;
    }
    if (pull.verdict === "accepted") {
      tellAccepted(options.emit, peer, pull, method, began);
    } else {
      const { reason, hostname } = pull;
      const { detail } = judged;
      options.emit({ event: "pull-reported", reason, hostname, method, detail, ...factsOf(peer) });
    }
    const headers = headersFor(rawHeaders, head, pull, peer, trust, now);
    return { pull, peer, head, headers, refuse };
  };

  const handOn = (request: IncomingMessage, response: ServerResponse, peer: Peer): void => {
    const asked = (): string | null => hostnameAsked(request);
    peer.turns.isBehind = false;
    peer.turns.current = new RequestTurn(request, response);
    // RFC 9112 9.6: what stands behind an answer with `Connection: close` is never answered.
    if (options.isDraining() && peer.turns.waiting.length === 0) response.shouldKeepAlive = false;
    const refuse = (refused: Refusal): void => refuser.request(response, peer, refused, asked());
    const accepted = accept(request, peer, refuse, ({ upgrade }) =>
      upgrade === null
        ? null
        : refusal("malformed-request", "an Upgrade that Connection does not name"),
    );
    if (accepted === null) return;
    // Only now: a 100 Continue before the judgement would ask a stranger for the body.
    if (accepted.head.expectsContinue) response.writeContinue();
    watchBody(request, accepted.head, limits.bodyIdleMs, () => {
      const stopped = refusal("request-timeout", "the body stopped");
      if (response.headersSent) refuser.silently(request.socket, peer, stopped, asked());
      else refuser.raw(request.socket, peer, stopped, asked());
    });
    application.request(request, response, accepted);
  };

  return {
    request: (request, response) => {
      const { socket } = request;
      const peer = options.peerOf(socket);
      if (peer === undefined) socket.destroy();
      // What stands behind a refused request on the same connection is no request: nobody is owed an answer to it, and
      // no more of it is read.
      else if (peer.turns.closing) holdBack(peer.turns, socket);
      else inTurn(peer.turns, socket, request, () => handOn(request, response, peer));
    },
    tunnel: createTunnelReceiver(options, accept),
    unreadable: createUnreadableReceiver(options),
  };
}
