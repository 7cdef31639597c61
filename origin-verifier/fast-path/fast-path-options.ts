import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ApplicationOf } from "../application/proxy.ts";
import type { CoarseClock } from "../listener/coarse-clock.ts";
import type { Peer } from "../listener/peer.ts";
import type { Receiver, ReceiveOptions } from "../request/receiver.ts";
import type { ClientCertHeaders } from "../request/client-cert-headers.ts";
import type { ApplicationSockets } from "./application-sockets.ts";

/** What the fast path is made with. */
export interface FastPathOptions extends Pick<
  ReceiveOptions,
  "trust" | "isDraining" | "now" | "refuser" | "limits" | "clientCertHeader" | "emit"
> {
  readonly applicationOf: ApplicationOf;
  /** Gives a connection to Node's parser, for good. */
  readonly handOver: (socket: TLSSocket, peer: Peer) => void;
  readonly unreadable: Receiver["unreadable"];
  readonly clock: CoarseClock;
}

/** What every connection of it works with. */
export interface Ways extends FastPathOptions {
  readonly sockets: ApplicationSockets;
  readonly clientCertHeaders: ClientCertHeaders;
  /** What says to the peer that its connection is kept, and for how long; and the end of the head. */
  readonly keptLines: string;
  /** Takes a connection out of what is watched. */
  readonly forget: (socket: Socket) => void;
}
