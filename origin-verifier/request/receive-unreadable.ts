import { parserRefusal } from "./parser-refusal.ts";
import type { ReceiveOptions, Receiver } from "./receiver.ts";
import { dropUnfinished, inTurn } from "./turns.ts";

/** Receives what Node's parser could not read: it is answered in its place, and the connection ends with it. */
export function createUnreadableReceiver({
  refuser,
  peerOf,
}: ReceiveOptions): Receiver["unreadable"] {
  return (error, socket) => {
    const peer = peerOf(socket);
    const refused = parserRefusal(error);
    if (peer === undefined || refused === null) {
      socket.destroy();
      return;
    }
    const { turns } = peer;
    // Its end has been decided: what still comes is thrown away until the peer has read why.
    if (turns.closing) return;
    const current = turns.current;
    if (current !== null && !current.isWhole()) {
      // In the middle of a body: the answer is to this request, unless its answer has begun already.
      const asked = current.asked();
      if (current.hasBegun()) refuser.silently(socket, peer, refused, asked);
      else refuser.raw(socket, peer, refused, asked);
      return;
    }
    dropUnfinished(turns);
    inTurn(turns, socket, null, () => {
      // Whoever stopped in the middle of a head may have an idle connection in a pool: an answer that nobody asked for
      // would be taken for the answer to its next request.
      if (refused.reason === "request-timeout") refuser.silently(socket, peer, refused, null);
      else refuser.raw(socket, peer, refused, null);
    });
    turns.closing = true;
  };
}
