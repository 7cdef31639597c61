import type { TLSSocket } from "node:tls";
import { refusal, type Refusal } from "../judge/refusal.ts";
import { endSoon } from "./answer.ts";
import { hostnameAsked } from "./create-refuser.ts";
import { createOpenWebSockets } from "./open-web-sockets.ts";
import type { Accept, ReceiveOptions, Receiver } from "./receiver.ts";
import { endTurns, inTurn, isBusy } from "./turns.ts";
import { webSocketRefusal } from "./web-socket-head.ts";

/** Receives what Node gives up to be a tunnel of bytes: an Upgrade, or a CONNECT. Only a WebSocket becomes one. */
export function createTunnelReceiver(options: ReceiveOptions, accept: Accept): Receiver["tunnel"] {
  const { refuser, application, peerOf } = options;
  const keepJudging = createOpenWebSockets(options);
  return (request, socket, early) => {
    // HTTP's own listeners have just been taken off, and that some other of Node's stays on is nowhere promised: an error
    // that nobody listens for ends the process.
    socket.on("error", () => socket.destroy());
    const peer = peerOf(socket);
    if (peer === undefined) {
      socket.destroy();
      return;
    }
    if (peer.turns.closing) {
      endSoon(socket);
      return;
    }
    const refuse = (refused: Refusal): void =>
      refuser.raw(socket, peer, refused, hostnameAsked(request));
    if (isBusy(peer.turns) || peer.turns.isBehind) {
      // What is owed goes first; but with Node's listeners went what would keep a long answer moving.
      endSoon(socket);
      const behind = refusal("malformed-request", "a tunnel behind an unanswered request");
      inTurn(peer.turns, socket, null, () => refuse(behind));
      peer.turns.closing = true;
      return;
    }
    const { webSocket } = application;
    const accepted = accept(
      request,
      peer,
      refuse,
      (head) =>
        webSocketRefusal(request.method ?? "", request.rawHeaders, head, early.length) ??
        (webSocket === null
          ? refusal("malformed-request", "the application takes no WebSocket")
          : null),
    );
    if (accepted === null) return;
    endTurns(peer.turns);
    const tls = request.socket as TLSSocket;
    keepJudging({ socket: tls, peer, head: accepted.head, pull: accepted.pull });
    webSocket?.(request, tls, accepted);
  };
}
