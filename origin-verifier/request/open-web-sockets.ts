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
 * So many are judged in one turn of the event loop. The first judgement after a reload looks for a chain, some 0.3 ms: of
 * thousands of open WebSockets at once, that would be seconds in which nobody else is answered.
 */
const IN_ONE_TURN = 50;

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
  let looking = false;
  const judgeAgain = ({ socket, peer, head, pull }: OpenWebSocket): void => {
    const judged = judgeHead(head, peer, options.trust(), options.now());
    const refused = judged.ok ? notAsOpened(judged.pull, pull) : judged.refusal;
    if (refused === null) return;
    const detail = `${refused.detail}; its open WebSocket is ended`;
    options.refuser.silently(socket, peer, refusal(refused.reason, detail), pull.hostname);
  };
  // What closes meanwhile is not met any more, and what is opened meanwhile is met last.
  const lookOn = (left: Iterator<OpenWebSocket>): void => {
    for (let count = 0; count < IN_ONE_TURN; count += 1) {
      const next = left.next();
      if (next.done === true) {
        looking = false;
        return;
      }
      judgeAgain(next.value);
    }
    setImmediate(lookOn, left);
  };
  const look = (): void => {
    if (looking) return;
    looking = true;
    lookOn(open.values());
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
