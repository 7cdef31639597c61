import type { Socket } from "node:net";
import type { CoarseClock } from "./coarse-clock.ts";

/** Connections that Node's parser reads, watched for those on which nothing moves: a peer that reads nothing, a handler that never answers. */
export interface StillConnections {
  /** Watches a connection until it is closed. */
  readonly watch: (socket: Socket) => void;
}

/**
 * Makes the watch. It stands for `server.timeout`, which begins a timer anew at every read and every write: a tenth of what a pull
 * costs in process. Here a connection gets Node's own timer in the moment in which it is found still, and loses it when it moves.
 *
 * Whoever has set a timer of its own keeps it: Node between two requests, a handler for its answer. What becomes of a connection
 * whose time is over is Node's `timeout`.
 *
 * @param stillMs milliseconds from when it is found still; it is found so up to two intervals late.
 */
export function createStillConnections(
  clock: Pick<CoarseClock, "everyInterval">,
  stillMs: number,
): StillConnections {
  /** Bytes that had come and gone when it was last looked at. */
  const moved = new Map<Socket, number>();
  let stopLooking: (() => void) | null = null;
  const look = (): void => {
    for (const [socket, before] of moved) {
      const { timeout } = socket;
      if (timeout && timeout !== stillMs) continue;
      const now = socket.bytesRead + socket.bytesWritten;
      const isStill = now === before;
      if (!isStill) moved.set(socket, now);
      if (isStill && !timeout) socket.setTimeout(stillMs);
      if (!isStill && timeout) socket.setTimeout(0);
    }
    if (moved.size > 0) return;
    stopLooking?.();
    stopLooking = null;
  };
  return {
    watch: (socket) => {
      moved.set(socket, -1);
      socket.on("close", () => moved.delete(socket));
      stopLooking ??= clock.everyInterval(look);
    },
  };
}
