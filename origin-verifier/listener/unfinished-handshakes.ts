import type { Socket } from "node:net";
import type { RemoteAddress } from "./meet-peer.ts";

/** The connections whose handshake is not over, the oldest first. */
export interface UnfinishedHandshakes {
  readonly begin: (socket: Socket) => void;
  /** @param localAddress of the connection, as its TLS socket has it. */
  readonly finish: (remote: RemoteAddress, localAddress: string | undefined) => void;
  /** All of them at this moment. */
  readonly all: () => Iterable<Socket>;
}

/**
 * Keeps handshakes from taking every connection that there may be: whoever begins many and ends none is out of the way of
 * those who pull. Where there are more than `most`, the oldest gives way, and not the newest: one that is honest needs
 * a moment, and a flood would have to bring `most` of them within that moment to keep it out.
 */
export function createUnfinishedHandshakes(most: number): UnfinishedHandshakes {
  // By both ends: a TLS socket does not tell which TCP socket it stands on, and one end of the peer's may be connected to each of
  // our addresses.
  const unfinished = new Map<string, Socket>();
  return {
    begin: (socket) => {
      const { remoteAddress, remotePort, localAddress } = socket;
      // Gone already, or our own trial of the listener.
      if (remoteAddress === undefined || remotePort === undefined) return;
      const key = keyOf({ remoteAddress, remotePort }, localAddress);
      unfinished.set(key, socket);
      socket.on("close", () => {
        if (unfinished.get(key) === socket) unfinished.delete(key);
      });
      const [oldest] = unfinished;
      if (unfinished.size <= most || oldest === undefined) return;
      unfinished.delete(oldest[0]);
      oldest[1].destroy();
    },
    finish: (remote, localAddress) => void unfinished.delete(keyOf(remote, localAddress)),
    all: () => unfinished.values(),
  };
}

function keyOf({ remoteAddress, remotePort }: RemoteAddress, local: string | undefined): string {
  return `${remoteAddress} ${remotePort} ${local}`;
}
