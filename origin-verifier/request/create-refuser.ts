import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { parseHostname } from "../../shared/hostname.ts";
import type { PeerFacts, VerifierEvent } from "../events.ts";
import { refusalStatus, type Refusal, type RefusalStatus } from "../judge/refusal.ts";
import type { RefusePolicy } from "../listener/lock-one.ts";
import type { Peer } from "../listener/peer.ts";
import { answerRefusal, answerRefusalRaw, newRefusalId } from "./answer.ts";

/** The three ways in which a pull ends at the verifier: each tells the operator why, and the peer next to nothing. */
export interface Refuser {
  /** Nothing is written: the socket is destroyed. */
  readonly silently: (socket: Duplex, peer: Peer, refusal: Refusal) => void;
  /** A status in answer to a request. */
  readonly request: (
    request: IncomingMessage,
    response: ServerResponse,
    peer: Peer,
    refusal: Refusal,
  ) => void;
  /** A status on a socket that has no response object: a tunnel, or what Node's parser could not read. */
  readonly raw: (
    socket: Duplex,
    peer: Peer,
    refusal: Refusal,
    request: IncomingMessage | null,
  ) => void;
}

/** What happened to an accepted pull is answered to an accepted peer, whatever strangers get. */
const OF_THE_APPLICATION = new Set(["application-unreachable", "application-timeout"]);

/** Compiles the refuse policy. */
export function createRefuser(policy: RefusePolicy, emit: (event: VerifierEvent) => void): Refuser {
  const tell = (
    peer: Peer,
    refusal: Refusal,
    status: RefusalStatus | null,
    hostname: string | null,
  ): string => {
    const id = newRefusalId();
    emit({ event: "pull-refused", ...refusal, status, id, hostname, ...factsOf(peer) });
    return id;
  };
  const statusFor = ({ reason }: Refusal): RefusalStatus | null =>
    policy === "always-silent" && !OF_THE_APPLICATION.has(reason) ? null : refusalStatus(reason);

  return {
    silently: (socket, peer, refusal) => {
      peer.closing = true;
      tell(peer, refusal, null, null);
      socket.destroy();
    },
    request: (request, response, peer, refusal) => {
      if (response.destroyed) return;
      peer.closing = true;
      const status = response.headersSent ? null : statusFor(refusal);
      const id = tell(peer, refusal, status, hostnameAsked(request));
      if (status === null) request.socket.destroy();
      else answerRefusal(response, status, id);
    },
    raw: (socket, peer, refusal, request) => {
      peer.closing = true;
      // An answer that has begun, or is owed to an earlier request, must not get this one's bytes in its midst.
      const begun =
        peer.unanswered > 1 || (peer.unanswered === 1 && peer.answering?.headersSent !== false);
      // Whoever stopped sending in the middle of a head may have an idle connection in a pool: an answer that nobody
      // asked for would be taken for the answer to its next request.
      const status = begun || refusal.reason === "request-timeout" ? null : statusFor(refusal);
      const id = tell(peer, refusal, status, request === null ? null : hostnameAsked(request));
      if (status === null) socket.destroy();
      else answerRefusalRaw(socket, status, id);
    },
  };
}

/** What may be told of a peer. */
export function factsOf({
  originHostname,
  presented,
  remoteAddress,
  remotePort,
  tlsVersion,
}: Peer): PeerFacts {
  return {
    originHostname,
    fingerprint: presented?.fingerprint ?? null,
    remoteAddress,
    remotePort,
    tlsVersion,
  };
}

/** The hostname that a refused request asked for: only what is a hostname may stand in a log. */
function hostnameAsked({ headers }: IncomingMessage): string | null {
  const asked = headers["x-forwarded-host"] ?? headers.host;
  return typeof asked === "string" ? parseHostname(asked) : null;
}
