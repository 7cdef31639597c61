import type { Socket } from "node:net";
import type { CoarseClock } from "../listener/coarse-clock.ts";

/** What was seen of one of two joined sockets when it was last looked at. */
interface Side {
  readonly socket: Socket;
  /** Bytes that had gone out. */
  gone: number;
  /** When it was last seen that some of them did, or that nothing waited. */
  since: number;
}

/** Milliseconds without a byte after which TCP asks whether the other side is still there. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Watches two sockets of which each is handed what comes on the other, until both are closed. Either of them may be silent for
 * days; but whoever takes nothing of what waits for it, whatever it sends meanwhile, would be held with it for ever: both are ended.
 *
 * Node's own timer does not know that: to it something moves, as long as anything comes.
 *
 * @param stillMs for how long, in milliseconds, nothing may go out of what waits.
 */
export function createJoinedSockets(
  clock: Pick<CoarseClock, "everyInterval" | "now">,
  stillMs: number,
): (one: Socket, other: Socket) => void {
  const open = new Set<readonly Side[]>();
  let stopLooking: (() => void) | null = null;
  const isStill = (side: Side): boolean => {
    const { socket } = side;
    // Not what waits: as much may have come as went.
    const gone = socket.bytesWritten - socket.writableLength;
    if (gone !== side.gone || !isWaitedFor(socket)) side.since = clock.now();
    side.gone = gone;
    return clock.now() - side.since >= stillMs;
  };
  const look = (): void => {
    for (const pair of open) {
      // Each of them, whatever the other one is: what was seen of it must be of now.
      const still = pair.filter(isStill);
      if (still.length > 0) for (const { socket } of pair) socket.destroy();
      if (pair.every(({ socket }) => socket.destroyed)) open.delete(pair);
    }
    if (open.size > 0) return;
    stopLooking?.();
    stopLooking = null;
  };
  return (one, other) => {
    const pair = [one, other].map((socket) => {
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      return { socket, gone: 0, since: clock.now() };
    });
    open.add(pair);
    stopLooking ??= clock.everyInterval(look);
  };
}

/** Whether something waits to go out: bytes, or the end behind the last of them. */
function isWaitedFor(socket: Socket): boolean {
  const { writableLength, writableEnded, writableFinished, destroyed } = socket;
  return !destroyed && (writableLength > 0 || (writableEnded && !writableFinished));
}
