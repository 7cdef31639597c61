import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Peer } from "../listener/peer.ts";
import { createClientCertHeaders } from "../request/client-cert-headers.ts";
import { createApplicationSockets } from "./application-sockets.ts";
import type { FastPathOptions, Ways } from "./fast-path-options.ts";
import { PullConnection } from "./pull-connection.ts";

/** The fast path: accepted pulls of the canonical kind, from TLS to the application and back. */
export interface FastPath {
  /** Takes in a connection that the first lock let through. */
  readonly meet: (socket: TLSSocket, peer: Peer) => void;
  /** Ends what is kept open to the applications. */
  readonly close: () => void;
}

/** Makes it. */
export function createFastPath(options: FastPathOptions): FastPath {
  const { limits, clock } = options;
  const sockets = createApplicationSockets(clock);
  const connections = new Map<Socket, PullConnection>();
  let stopLooking: (() => void) | null = null;
  const lookOver = (): void => {
    for (const connection of connections.values()) connection.look();
    sockets.sweep();
    if (connections.size > 0 || sockets.idle() > 0) return;
    stopLooking?.();
    stopLooking = null;
  };
  const ways: Ways = {
    ...options,
    sockets,
    clientCertHeaders: createClientCertHeaders(options.clientCertHeader),
    keptLines: `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(limits.keepAliveMs / 1_000)}\r\n\r\n`,
    forget: (socket) => void connections.delete(socket),
  };
  return {
    meet: (socket, peer) => {
      stopLooking ??= clock.everyInterval(lookOver);
      connections.set(socket, new PullConnection(ways, socket, peer));
    },
    close: sockets.endAll,
  };
}
