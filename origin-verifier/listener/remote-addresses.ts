import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { RemoteAddress } from "./meet-peer.ts";

/** What stands where no address is known. */
export const NO_ADDRESS = "unknown";

/** Remembers where each connection comes from, from the moment it comes: after a reset no socket knows it any more. */
export function createRemoteAddresses(): {
  readonly remember: (socket: Socket) => void;
  readonly of: (socket: TLSSocket) => RemoteAddress;
} {
  const known = new WeakMap<object, RemoteAddress>();
  return {
    remember: (socket) => known.set(socket, addressOf(socket)),
    of: (socket) => {
      // The TLS socket's link to the TCP socket is not documented: without it an address may be missing in the log.
      const { _parent: tcp } = socket as unknown as { _parent?: object | null };
      return (tcp ? known.get(tcp) : undefined) ?? addressOf(socket);
    },
  };
}

function addressOf(socket: Socket): RemoteAddress {
  return { remoteAddress: socket.remoteAddress ?? NO_ADDRESS, remotePort: socket.remotePort ?? 0 };
}
