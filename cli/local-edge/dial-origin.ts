import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { codeOf, messageOf } from "../manners/failure.ts";
import type { EdgeHost, EdgePair } from "./edge-host.ts";
import type { PullStage, PullTrouble } from "./pull-trouble.ts";
import type { WayOfPull } from "./way-of-pull.ts";

/** How long each stage may take, in milliseconds. */
export interface Patience {
  readonly dial: number;
  readonly handshake: number;
  readonly answer: number;
}

/** A pull that came to nothing. */
export class FailedPull extends Error {
  readonly trouble: PullTrouble;

  constructor(trouble: PullTrouble) {
    super(`${trouble.stage}: ${trouble.detail}`);
    this.name = "FailedPull";
    this.trouble = trouble;
  }
}

/**
 * Opens a connection to the origin, one a pull: by TLS with the certificate of the level in force, or without TLS.
 *
 * @param trust the CAs, PEM, that an origin certificate must come from where the mode checks it.
 * @param pair what is presented to an origin that asks; null for nothing.
 * @param opened called as soon as there is a socket, so that whoever gives up can end it.
 * @throws {FailedPull} with how far it came.
 */
export async function dialOrigin(
  { origin, originHostname }: EdgeHost,
  way: WayOfPull,
  {
    trust,
    pair,
    patience,
    opened,
  }: {
    readonly trust: readonly string[];
    readonly pair: EdgePair | null;
    readonly patience: Patience;
    readonly opened: (socket: Socket) => void;
  },
): Promise<Socket> {
  const port = way.scheme === "http" ? origin.plainPort : origin.tlsPort;
  if (port === null) {
    throw new FailedPull({ stage: "dial", detail: "ECONNREFUSED", late: false });
  }
  const socket = connect({ host: origin.host, port });
  opened(socket);
  await stage("dial", socket, "connect", patience.dial);
  if (way.scheme === "http") return socket;
  const secure = connectTls({
    socket,
    servername: originHostname,
    ALPNProtocols: ["http/1.1"],
    ca: [...trust],
    // Looked at below, because a handshake that fails (525) is another thing than a certificate that is not trusted (526).
    rejectUnauthorized: false,
    ...(pair === null ? {} : { cert: pair.certificate, key: pair.key }),
  });
  opened(secure);
  await stage("handshake", secure, "secureConnect", patience.handshake);
  if (way.checked && !secure.authorized) {
    secure.destroy();
    const detail = String(secure.authorizationError);
    throw new FailedPull({ stage: "origin-certificate", detail, late: false });
  }
  return secure;
}

async function stage(
  name: PullStage,
  socket: Socket | TLSSocket,
  done: "connect" | "secureConnect",
  milliseconds: number,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (detail: string, late = false): void =>
    reject(new FailedPull({ stage: name, detail, late }));
  const timer = setTimeout(() => fail(`not done in ${milliseconds} ms`, true), milliseconds);
  // A socket may fail again after the first time: the listener stays, or the error would end the process.
  socket.on("error", (error) => fail(codeOf(error) ?? messageOf(error)));
  socket.once("close", () => fail("closed"));
  socket.once(done, () => resolve());
  try {
    await promise;
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}
