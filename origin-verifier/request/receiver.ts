import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { VerifierEvent } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { Refusal } from "../judge/refusal.ts";
import type { Peer } from "../listener/peer.ts";
import type { Trust } from "../trust/trust.ts";
import type { AcceptedRequest, Application } from "./accepted-request.ts";
import type { ClientCertHeader } from "./client-cert-headers.ts";
import type { Refuser } from "./create-refuser.ts";
import type { RequestHead } from "./request-head.ts";

/** What requests are received with. */
export interface ReceiveOptions {
  /** The peer of a connection that the first lock let through. */
  readonly peerOf: (socket: Duplex) => Peer | undefined;
  readonly trust: () => Trust;
  /** Whether each answer is the last of its connection. */
  readonly isDraining: () => boolean;
  readonly now: () => number;
  readonly refuser: Refuser;
  readonly application: Application;
  readonly limits: Limits;
  /** What the application gets of the pull certificate itself. */
  readonly clientCertHeader: ClientCertHeader;
  readonly emit: (event: VerifierEvent) => void;
}

/** The listeners for all of Node's ways to say that a request came: there is none that goes past the second lock. */
export interface Receiver {
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
  readonly tunnel: (request: IncomingMessage, socket: Duplex, early: Buffer) => void;
  /** For what Node's parser could not read, on a connection that the first lock let through. */
  readonly unreadable: (error: Error & { readonly code?: string }, socket: Duplex) => void;
}

/**
 * Judges a request; null, and refused, where it is none of ours to hand on.
 *
 * @param rest what else keeps it from being handed on, asked after the judgement: what is told of as accepted, or as let
 * through, is handed on.
 */
export type Accept = (
  request: IncomingMessage,
  peer: Peer,
  refuse: AcceptedRequest["refuse"],
  rest: (head: RequestHead) => Refusal | null,
) => AcceptedRequest | null;
