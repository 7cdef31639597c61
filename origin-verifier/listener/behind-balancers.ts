import type { Server } from "node:https";
import { Socket } from "node:net";
import type { AddressRanges } from "../judge/policy.ts";
import { awaitHeader } from "../proxy-protocol/await-header.ts";
import type { RemoteAddresses } from "./remote-addresses.ts";

/** What stands between a listener's TCP connections and their TLS. */
export interface BehindBalancers {
  /** Who is a balancer, and must say for whom it connects. */
  readonly balancers: AddressRanges;
  readonly remotes: Pick<RemoteAddresses, "announce" | "announceOwn">;
  /** For so long, in milliseconds, a header may take to come. */
  readonly headerMs: number;
  /** Told of a balancer that sent something else, or nothing in time. */
  readonly failed: (socket: Socket, detail: string) => void;
}

/**
 * Has a listener read a PROXY protocol header, version 2, from each connection of a balancer, before its handshake. From a
 * balancer it must come, and from nobody else is it read: who may write any address there is who could pretend to come
 * from Cloudflare's. It changes the address that is logged and judged (`accept.also`), and nothing about certificates.
 */
export function readBalancersHeaders(server: Server, options: BehindBalancers): void {
  const { balancers, remotes, headerMs, failed } = options;
  const [beginTls, ...others] = server.listeners("connection");
  if (beginTls === undefined || others.length > 0)
    throw new Error(
      "this Node begins TLS in another way: there is a way past the balancers' header",
    );
  server.removeAllListeners("connection");
  const begin = (socket: Socket): void => {
    Reflect.apply(beginTls, server, [socket]);
  };
  server.on("connection", (socket: Socket) => {
    // The listener's own trial of itself is a pair of streams, and comes from nowhere.
    const isOwnTrial = !(socket instanceof Socket);
    const { remoteAddress } = socket;
    if (!isOwnTrial && remoteAddress === undefined) {
      // Reset before it was accepted, as health checks do. Whether it was a balancer's, nobody can say any more.
      socket.destroy();
      return;
    }
    if (isOwnTrial || remoteAddress === undefined || !balancers.includes(remoteAddress)) {
      begin(socket);
      return;
    }
    awaitHeader(socket, headerMs, (awaited) => {
      if (!awaited.ok) {
        if (awaited.detail !== null) failed(socket, awaited.detail);
        return;
      }
      const { source, isOwn } = awaited;
      if (isOwn) remotes.announceOwn(socket);
      if (source !== null)
        remotes.announce(socket, { remoteAddress: source.address, remotePort: source.port });
      begin(socket);
    });
  });
}
