import { TLSSocket } from "node:tls";
import type { Hostname } from "../../shared/hostname.ts";

/** What the peers named in handshakes that are not over: a socket tells its `servername` only after them. */
export interface NamedHostnames {
  /** @param socket as the SNICallback's `this`, which is not documented: what is no socket is not remembered. */
  readonly remember: (socket: unknown, hostname: Hostname | null) => void;
  /** Null where the name was none; undefined where there was none, or where the handshake did not come so far. */
  readonly of: (socket: TLSSocket) => Hostname | null | undefined;
}

/** Remembers for the log alone: nothing is decided by it. */
export function createNamedHostnames(): NamedHostnames {
  const named = new WeakMap<TLSSocket, Hostname | null>();
  return {
    remember: (socket, hostname) => {
      if (socket instanceof TLSSocket) named.set(socket, hostname);
    },
    of: (socket) => named.get(socket),
  };
}
