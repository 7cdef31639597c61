import type { TLSSocket } from "node:tls";
import type { Peer } from "../listener/peer.ts";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import { judgeHead } from "./judge-request.ts";
import type { ReceiveOptions } from "./receiver.ts";
import type { RequestHead } from "./request-head.ts";

/** A WebSocket that was opened, and by what right. */
export interface OpenWebSocket {
  readonly socket: TLSSocket;
  readonly peer: Peer;
  readonly head: RequestHead;
  readonly pull: JudgedPull;
}

/** Milliseconds between two looks at the open WebSockets. */
const AGAIN_MS = 1_000;

/**
 * Keeps the open WebSockets of a listener: each is judged again, every second, by the trust and the time of then, as if it
 * asked to be opened. A request is judged and answered, but a WebSocket goes on for days: without this it would outlive its
 * certificate, its issuer, a revocation, and report mode. Nothing works out when one of them ends: that would be a second
 * judge, and the first one takes microseconds.
 *
 * @returns takes in a WebSocket that has just been handed on.
 */
export function createOpenWebSockets(
  options: Pick<ReceiveOptions, "trust" | "now" | "refuser">,
): (opened: OpenWebSocket) => void {
  const open = new Set<OpenWebSocket>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const trust = options.trust();
    const now = options.now();
    for (const { socket, peer, head, pull } of open) {
      const judged = judgeHead(head, peer, trust, now);
      const refused = judged.ok ? notAsOpened(judged.pull, pull) : judged.refusal;
      if (refused === null) continue;
      const detail = `${refused.detail}; its open WebSocket is ended`;
      options.refuser.silently(socket, peer, refusal(refused.reason, detail), pull.hostname);
    }
  };
  return (opened) => {
    const { socket } = opened;
    if (socket.destroyed) return;
    open.add(opened);
    timer ??= setInterval(look, AGAIN_MS).unref();
    socket.once("close", () => {
      open.delete(opened);
      if (open.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    });
  };
}

function notAsOpened(now: JudgedPull, opened: JudgedPull): Refusal | null {
  if (now.hostname !== opened.hostname)
    return refusal("misdirected", `it was opened for ${opened.hostname}`);
  // Its application was told that it is accepted. Report mode lets it in again, and then says what it is.
  if (opened.verdict === "accepted" && now.verdict === "refused")
    return refusal(now.reason, "it was opened as accepted");
  return null;
}
