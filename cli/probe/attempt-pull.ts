import { request as requestHttp, type IncomingMessage } from "node:http";
import {
  connect,
  type ConnectionOptions,
  type DetailedPeerCertificate,
  type TLSSocket,
} from "node:tls";
import { CF_ACCESS_TOKEN, X_PULL_SECRET } from "../../shared/wire.ts";
import { codeOf, messageOf } from "../manners/failure.ts";
import { readAnswer } from "./read-answer.ts";
import {
  SECRET_KEPT,
  type Handshake,
  type OriginCertificate,
  type PullAttempt,
  type PullOutcome,
} from "./outcome.ts";

/** After an answer a TLS 1.3 session may still be on its way: it was sent before the answer was. Milliseconds. */
const SESSION_PATIENCE = 50;

/**
 * Makes one attempt: dials, shakes hands, asks, reads the answer's head, and goes. Whatever the origin certificate is
 * worth, it goes on: what is probed is what the origin does, and its certificate is one of the things to tell of.
 */
export async function attemptPull(attempt: PullAttempt): Promise<PullOutcome> {
  const began = performance.now();
  const socket = connect(optionsOf(attempt));
  let [connected, session] = [false, null as Buffer | null];
  let handshake: Omit<Handshake, "session"> | null = null;
  socket.once("connect", () => (connected = true));
  socket.on("session", (given) => (session = given));
  socket.once("secureConnect", () => (handshake = readHandshake(socket)));
  const timer = setTimeout(() => socket.destroy(new Error("no answer in time")), attempt.patience);
  try {
    if (Object.keys(secretHeaders(attempt)).length > 0) await trusted(socket, attempt);
    const response = await ask(socket, attempt);
    const milliseconds = performance.now() - began;
    if (session === null && !socket.destroyed) await sessionOrEnd(socket);
    return {
      handshake: whole(),
      answer: readAnswer(response),
      error: null,
      connected,
      milliseconds,
    };
  } catch (thrown) {
    const error = codeOf(thrown) ?? messageOf(thrown);
    const milliseconds = performance.now() - began;
    return { handshake: whole(), answer: null, error, connected, milliseconds };
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }

  function whole(): Handshake | null {
    if (handshake === null) return null;
    if (session !== null && isTrusted(handshake, attempt)) TRUSTED_SESSIONS.add(session);
    return { ...handshake, session };
  }
}

function optionsOf(attempt: PullAttempt): ConnectionOptions {
  const { address, port, servername, certificate, session, maxVersion, originIssuers } = attempt;
  return {
    host: address,
    port,
    // An empty name sends no SNI.
    servername: servername ?? "",
    rejectUnauthorized: false,
    ...(originIssuers === null ? {} : { ca: originIssuers }),
    ...(certificate === null ? {} : { cert: certificate.certificate, key: certificate.key }),
    ...(session === undefined ? {} : { session }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}

/** What whoever reads it could use. */
function secretHeaders({ secret = null, token = null }: PullAttempt): Record<string, string> {
  return {
    ...(secret === null ? {} : { [X_PULL_SECRET]: secret }),
    ...(token === null ? {} : { [CF_ACCESS_TOKEN]: token }),
  };
}

/** A secret is for the origin alone: whoever else answers at its address gets no request. */
async function trusted(socket: TLSSocket, attempt: PullAttempt): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection ended")));
  });
  if (!isTrusted(readHandshake(socket), attempt)) throw new Error(SECRET_KEPT);
}

/** Sessions that a handshake handed out in which the origin's own certificate was shown. */
const TRUSTED_SESSIONS = new WeakSet<Buffer>();

/**
 * Whether it is the origin that was asked for. A session that is taken up again shows no certificate, and Node then says `authorized`
 * where the chain was good, for whatever name: whoever has a public certificate for any name would be trusted the second time. And where
 * no name was asked for, the certificate is held against the address, of which somebody else may have one.
 */
function isTrusted(
  { resumed, originCertificate }: Omit<Handshake, "session">,
  { servername, session }: PullAttempt,
): boolean {
  if (originCertificate.problem !== null || servername === null) return false;
  return !resumed || (session !== undefined && TRUSTED_SESSIONS.has(session));
}

function ask(socket: TLSSocket, attempt: PullAttempt): Promise<IncomingMessage> {
  const { authority, path } = attempt;
  return new Promise((resolve, reject) => {
    // The parser is Node's; the connection is ours. A refused handshake of TLS 1.3 shows only after the request.
    const request = requestHttp({
      method: "GET",
      path,
      headers: {
        Host: authority,
        "User-Agent": "pullproof probe",
        Connection: "close",
        ...secretHeaders(attempt),
      },
      createConnection: () => socket,
    });
    request.once("response", resolve);
    request.once("error", reject);
    request.end();
  });
}

function readHandshake(socket: TLSSocket): Omit<Handshake, "session"> {
  return {
    tlsVersion: socket.getProtocol() ?? "unknown",
    resumed: socket.isSessionReused(),
    originCertificate: readOriginCertificate(socket),
  };
}

function readOriginCertificate(socket: TLSSocket): OriginCertificate {
  // Empty after a resumed handshake: the type does not say so.
  const peer: Partial<DetailedPeerCertificate> = socket.getPeerCertificate(true);
  const problem = socket.authorized ? null : String(socket.authorizationError);
  return {
    subject: nameOf(peer.subject),
    issuer: nameOf(peer.issuer),
    notAfter: peer.valid_to === undefined ? Number.NaN : Date.parse(peer.valid_to),
    problem,
  };
}

function nameOf(name: DetailedPeerCertificate["subject"] | undefined): string {
  const first = name?.CN ?? name?.O ?? "";
  return typeof first === "string" ? first : first.join(", ");
}

function sessionOrEnd(socket: TLSSocket): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, SESSION_PATIENCE);
    for (const event of ["session", "close"]) {
      socket.once(event, () => {
        clearTimeout(timer);
        done();
      });
    }
  });
}
