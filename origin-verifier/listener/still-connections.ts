import type { Socket } from "node:net";
import { isBusy } from "../request/turns.ts";
import type { CoarseClock } from "./coarse-clock.ts";
import type { Peer } from "./peer.ts";

/** Connections that Node's parser reads, watched for those on which nothing moves: a peer that reads nothing, a handler that never answers. */
export interface StillConnections {
  /** Watches a connection until it is closed. */
  readonly watch: (socket: Socket, peer: Peer) => void;
  /** Watches it no longer: it speaks another protocol now, or its end is decided. */
  readonly leave: (socket: Socket) => void;
}

/** What was seen of one when it was last looked at. */
interface Seen {
  readonly peer: Peer;
  /** Bytes that had come and gone when nothing waited to go out. */
  moved: number;
  /** Bytes that waited to go out. */
  waiting: number;
  /** When something last moved, and the bytes that had come then. */
  since: number;
  came: number;
}

/**
 * Makes the watch. It stands for `server.timeout`, which begins a timer anew at every read and every write: a tenth of what a pull
 * costs in process. Here a connection gets Node's own timer in the moment in which it is found still or with something that waits to
 * go out, and loses it when that has gone. It is found so up to two intervals late.
 *
 * What becomes of a connection whose time is over is Node's `timeout`. Whoever has set a timer of its own keeps it, Node between two
 * requests and a handler for its answer, until its time is over and nothing came of it.
 *
 * @param stillMs for how long, in milliseconds, nothing may move.
 */
export function createStillConnections(
  clock: Pick<CoarseClock, "everyInterval" | "now">,
  stillMs: number,
): StillConnections {
  const open = new Map<Socket, Seen>();
  let stopLooking: (() => void) | null = null;
  const look = (): void => {
    for (const [socket, seen] of open) lookAt(socket, seen);
    if (open.size > 0) return;
    stopLooking?.();
    stopLooking = null;
  };
  const lookAt = (socket: Socket, seen: Seen): void => {
    // What was answered is let go of here, where nobody asks for anything more.
    isBusy(seen.peer.turns);
    const { writableLength: waiting, bytesRead: came, timeout = 0 } = socket;
    const moves = hasMoved(socket, seen);
    seen.waiting = waiting;
    if (moves) {
      seen.since = clock.now();
      seen.came = came;
    }
    const stillFor = clock.now() - seen.since;
    // To Node's timer something moves, as long as anything comes: whoever sends on without reading would be waited for for ever.
    if (waiting > 0 && came !== seen.came && stillFor >= stillMs) {
      socket.destroy();
      return;
    }
    const isOurs = timeout === 0 || timeout === stillMs;
    if (!isOurs && stillFor < timeout + stillMs) return;
    // While something waits, Node's timer alone knows whether a little of it goes out.
    const wanted = waiting > 0 || !moves ? stillMs : 0;
    if (timeout !== wanted) socket.setTimeout(wanted);
  };
  return {
    watch: (socket, peer) => {
      open.set(socket, { peer, moved: -1, waiting: 0, since: clock.now(), came: 0 });
      socket.on("close", () => open.delete(socket));
      stopLooking ??= clock.everyInterval(look);
    },
    leave: (socket) => {
      if (open.delete(socket) && socket.timeout === stillMs) socket.setTimeout(0);
    },
  };
}

/** What a handler adds to what waits is no movement, but for the first of it: only what goes out is. */
function hasMoved(socket: Socket, seen: Seen): boolean {
  const { writableLength: waiting } = socket;
  if (waiting > 0) return seen.waiting === 0 || waiting < seen.waiting;
  // Only now: with something that waits, Node counts it piece by piece.
  const moved = socket.bytesRead + socket.bytesWritten;
  const moves = moved !== seen.moved;
  seen.moved = moved;
  return moves;
}
