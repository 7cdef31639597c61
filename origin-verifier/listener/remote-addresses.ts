import type { Socket } from "node:net";
import type { RemoteAddress } from "./meet-peer.ts";

/** What stands where no address is known. */
export const NO_ADDRESS = "unknown";

/** Where connections come from. */
export interface RemoteAddresses {
  readonly remember: (socket: Socket) => void;
  /** From now on a connection comes from there: a balancer that may say so has said so. */
  readonly announce: (socket: Socket, address: RemoteAddress) => void;
  /** It is the balancer's own: a health check. */
  readonly announceOwn: (socket: Socket) => void;
  readonly isBalancersOwn: (socket: Socket) => boolean;
  /** Who connected: as the balancer says, where one stands between. */
  readonly of: (socket: Socket) => RemoteAddress;
  /** The other end of the TCP connection itself. */
  readonly nextHop: (socket: Socket) => RemoteAddress;
}

/** Remembers where each connection comes from, from the moment it comes: after a reset no socket knows it any more. */
export function createRemoteAddresses(): RemoteAddresses {
  const known = new WeakMap<object, RemoteAddress>();
  const announced = new WeakMap<object, RemoteAddress>();
  const own = new WeakSet<object>();
  const nextHop = (socket: Socket): RemoteAddress => known.get(tcpOf(socket)) ?? addressOf(socket);
  return {
    remember: (socket) => known.set(socket, addressOf(socket)),
    announce: (socket, address) => announced.set(socket, address),
    announceOwn: (socket) => own.add(socket),
    isBalancersOwn: (socket) => own.has(tcpOf(socket)),
    of: (socket) => announced.get(tcpOf(socket)) ?? nextHop(socket),
    nextHop,
  };
}

/**
 * A TLS socket's link to its TCP socket is not documented: without it an address may be missing in the log, and a pull
 * through a balancer seems to come from the balancer.
 */
function tcpOf(socket: Socket): object {
  const { _parent: tcp } = socket as unknown as { _parent?: object | null };
  return tcp ?? socket;
}

function addressOf(socket: Socket): RemoteAddress {
  return { remoteAddress: socket.remoteAddress ?? NO_ADDRESS, remotePort: socket.remotePort ?? 0 };
}
