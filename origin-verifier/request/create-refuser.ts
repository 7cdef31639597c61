import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { parseHostname } from "../../shared/hostname.ts";
import type { PeerFacts, VerifierEvent } from "../events.ts";
import { refusalStatus, type Refusal, type RefusalStatus } from "../judge/refusal.ts";
import type { RefusePolicy } from "../listener/lock-one.ts";
import type { Peer } from "../listener/peer.ts";
import { answerRefusal, answerRefusalRaw, endSoon, newRefusalId } from "./answer.ts";
import { endTurns } from "./turns.ts";

/**
 * The three ways in which a pull ends at the verifier: each tells the operator why, and the peer next to nothing.
 * `hostname` is the one that was asked for, for the log; null where that is not known.
 */
export interface Refuser {
  /** Nothing is written: the socket is destroyed. */
  readonly silently: (
    socket: Duplex,
    peer: Peer,
    refusal: Refusal,
    hostname: string | null,
  ) => void;
  /** A status in answer to a request that the application has not been given, or has not answered. */
  readonly request: (
    response: ServerResponse,
    peer: Peer,
    refusal: Refusal,
    hostname: string | null,
  ) => void;
  /** A status past the response object. To be called where nothing else is owed to the peer, and nothing begun. */
  readonly raw: (socket: Duplex, peer: Peer, refusal: Refusal, hostname: string | null) => void;
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
    endTurns(peer.turns);
    const id = newRefusalId();
    emit({ event: "pull-refused", ...refusal, status, id, hostname, ...factsOf(peer) });
    return id;
  };
  const statusFor = ({ reason }: Refusal): RefusalStatus | null => {
    if (policy === "always-silent" && !OF_THE_APPLICATION.has(reason)) return null;
    // Lock one lets nobody without a certificate come so far, but for whoever came while report mode was on.
    if (policy === "silence" && reason === "no-certificate") return null;
    return refusalStatus(reason);
  };

  return {
    silently: (socket, peer, refusal, hostname) => {
      tell(peer, refusal, null, hostname);
      socket.destroy();
    },
    request: (response, peer, refusal, hostname) => {
      if (response.destroyed) return;
      const status = response.headersSent ? null : statusFor(refusal);
      const id = tell(peer, refusal, status, hostname);
      if (status === null) response.req.socket.destroy();
      else answerRefusal(response, status, id);
    },
    raw: (socket, peer, refusal, hostname) => {
      const status = statusFor(refusal);
      // After `Connection: close`, the last answer is on its way out.
      const ended = status !== null && !socket.writable;
      const id = tell(peer, refusal, ended ? null : status, hostname);
      if (ended) endSoon(socket);
      else if (status === null) socket.destroy();
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
export function hostnameAsked({ headers }: IncomingMessage): string | null {
  const asked = headers["x-forwarded-host"] ?? headers.host;
  return typeof asked === "string" ? parseHostname(asked) : null;
}
