import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Hostname } from "../../shared/hostname.ts";
import type { ApplicationTarget } from "../application/application-target.ts";
import type { Refusal } from "../judge/refusal.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import type { Peer } from "../listener/peer.ts";
import type { RequestHead } from "./request-head.ts";

/**
 * A request that both locks let through: all that is handed on to the application comes from here. In report mode, `pull`
 * may be one that was refused; then the headers say so too, and nothing of who sent it.
 */
export interface AcceptedRequest {
  readonly pull: JudgedPull;
  /** Who sent it. */
  readonly peer: Pick<Peer, "remoteAddress" | "remotePort" | "tlsVersion">;
  readonly head: RequestHead;
  /** The application's headers, names and values in turn, without framing. */
  readonly headers: readonly string[];
  /** Answers with a status of the verifier's own, where the application gave none. */
  readonly refuse: (refusal: Refusal) => void;
}

/** What stands behind the two locks: the proxy, or an application in this process. */
export interface Application {
  /**
   * Finds where a pull's bytes may be handed on as they are, without Node's request and response in between; null where
   * the application wants those.
   */
  readonly relaysTo: ((originHostname: Hostname) => ApplicationTarget | undefined) | null;
  readonly request: (
    request: IncomingMessage,
    response: ServerResponse,
    accepted: AcceptedRequest,
  ) => void;
  /** Null where the application takes no WebSocket. */
  readonly webSocket:
    | ((request: IncomingMessage, socket: TLSSocket, accepted: AcceptedRequest) => void)
    | null;
}
