import type { Server } from "node:https";
import { Server as NetServer, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { isBusy } from "../request/turns.ts";
import type { Peer } from "./peer.ts";

/** The end of a listener: nothing that was asked goes without its answer, as far as the deadline lets it. */
export interface Drain {
  /** Takes in a connection that the first lock let through. */
  readonly meet: (socket: TLSSocket, peer: Peer) => void;
  /** From now on each answer is the last of its connection. New ones are still accepted. */
  readonly begin: () => void;
  readonly isDraining: () => boolean;
  /**
   * Stops accepting. Ends when every connection has: those in use after their answer, quiet ones after a second.
   *
   * @param deadlineMs after this many milliseconds what is left is cut off.
   * @returns how many connections were cut off with an answer owed, or as a WebSocket.
   */
  readonly close: (deadlineMs: number) => Promise<number>;
}

/** What is drained. */
export interface DrainOptions {
  readonly server: Server;
  /** The connections whose handshake is not over. */
  readonly unfinished: () => Iterable<Socket>;
  readonly destroyConnections: () => void;
}

/**
 * How long nothing has to move on a connection that is owed nothing. Not at once: a request may be on its way, and is
 * answered if it comes within that time.
 */
const QUIET_MS = 1_000;
const LOOK_MS = 100;

/** Makes the end of a listener. */
export function createDrain({ server, unfinished, destroyConnections }: DrainOptions): Drain {
  const open = new Map<TLSSocket, Peer>();
  const still = createStillness();
  let draining = false;
  let cutOff = 0;
  let closed: Promise<void> | null = null;

  const endQuiet = (): void => {
    for (const [socket, peer] of open)
      if (!isOwed(socket, peer) && still.since(socket) >= QUIET_MS) socket.destroy();
    for (const socket of unfinished()) if (still.since(socket) >= QUIET_MS) socket.destroy();
  };
  const cut = (): void => {
    for (const [socket, peer] of open) if (isOwed(socket, peer)) cutOff += 1;
    destroyConnections();
  };
  const stopAccepting = async (): Promise<void> => {
    const looking = setInterval(endQuiet, LOOK_MS);
    await new Promise<void>((resolve) => {
      // Not https's own way: that destroys what it takes for idle, an answer that is written and not sent yet among it.
      NetServer.prototype.close.call(server, () => resolve());
    });
    clearInterval(looking);
    // Nothing is left for it to destroy; it lets go of its timer.
    server.close();
  };
  const begin = (): void => {
    if (draining) return;
    draining = true;
    for (const { turns } of open.values())
      if (turns.waiting.length === 0) turns.current?.makeLast();
  };
  return {
    meet: (socket, peer) => {
      open.set(socket, peer);
      socket.on("close", () => open.delete(socket));
    },
    begin,
    isDraining: () => draining,
    close: async (deadlineMs) => {
      begin();
      const deadline = setTimeout(cut, deadlineMs);
      closed ??= stopAccepting();
      await closed;
      clearTimeout(deadline);
      return cutOff;
    },
  };
}

/** Whether an answer is owed to it, or on its way out, or it is a WebSocket, or its end is on the way. */
function isOwed(socket: TLSSocket, { turns }: Peer): boolean {
  return isBusy(turns) || turns.waiting.length > 0 || turns.closing || socket.writableLength > 0;
}

/** For how long nothing has moved on a connection, in milliseconds: from the first time that it is asked. */
function createStillness(): { readonly since: (socket: Socket) => number } {
  const seen = new WeakMap<Socket, { readonly bytes: number; readonly at: number }>();
  return {
    since: (socket) => {
      const bytes = socket.bytesRead + socket.bytesWritten;
      const now = performance.now();
      const before = seen.get(socket);
      if (before?.bytes === bytes) return now - before.at;
      seen.set(socket, { bytes, at: now });
      return 0;
    },
  };
}
