import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { Minted } from "../../support/certificates.ts";
import { SHOP } from "./pki.ts";
import type { LogLine } from "./process-under-test.ts";
import type { World } from "./world.ts";

/** Both versions that the listener speaks. */
export const TLS_VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** A peer: its certificate, with what it sends along, and its key. */
export type PeerCertificate = Pick<Minted, "pem" | "keyPem">;

export interface DialOptions extends ConnectionOptions {
  readonly version?: TlsVersion;
}

/** What became of a connection. */
export interface Exchange {
  /** The bytes that came, decrypted, one character a byte. */
  readonly text: string;
  /** How the engine ended it; empty where it just ended. */
  readonly error: string;
  /** Ours: the log's `remotePort`. */
  readonly localPort: number;
}

/** Options of a peer that would do anything: no check of the origin, and every weak algorithm. */
export function peerOptions(
  port: number,
  peer: PeerCertificate | null,
  { version, ...more }: DialOptions = {},
): ConnectionOptions {
  return {
    host: "127.0.0.1",
    port,
    servername: SHOP,
    rejectUnauthorized: false,
    ciphers: "DEFAULT:@SECLEVEL=0",
    ...(peer === null ? {} : { cert: peer.pem, key: peer.keyPem }),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...more,
  };
}

/** Opens a TLS connection; fails where the handshake does. */
export function dial(
  { port }: Pick<World, "port">,
  peer: PeerCertificate | null,
  options: DialOptions = {},
): Promise<TLSSocket> {
  const socket = connect(peerOptions(port, peer, options));
  return new Promise((done, fail) => {
    socket.once("error", fail);
    socket.once("secureConnect", () => {
      // What befalls it later is seen by its end.
      socket.off("error", fail).on("error", () => {});
      done(socket);
    });
  });
}

/** Sends bytes on an open connection and reads until the other side ends it, or has said enough. */
export function exchange(
  socket: TLSSocket,
  bytes: string,
  enough: (text: string) => boolean = () => false,
): Promise<Exchange> {
  const localPort = socket.localPort ?? 0;
  let text = "";
  return new Promise((done) => {
    const onData = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      if (enough(text)) end();
    };
    const end = (): void => {
      socket.off("data", onData).off("close", end);
      done({ text, error: socket.errored?.message ?? "", localPort });
    };
    socket.on("data", onData).on("close", end);
    socket.write(bytes, "latin1");
  });
}

/** A whole attempt at bytes, from the dial to the end of the connection. */
export async function attempt(
  world: Pick<World, "port">,
  peer: PeerCertificate | null,
  bytes: string,
  options: DialOptions = {},
): Promise<Exchange> {
  const socket = connect(peerOptions(world.port, peer, options));
  let localPort = 0;
  socket.once("connect", () => {
    localPort = socket.localPort ?? 0;
  });
  const ended = new Promise<Exchange>((done) => {
    let [text, error] = ["", ""];
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("error", (failed: NodeJS.ErrnoException) => {
      error = failed.code ?? failed.message;
    });
    socket.on("close", () => done({ text, error, localPort }));
  });
  socket.once("secureConnect", () => socket.write(bytes, "latin1"));
  return ended;
}

/** One request that asks for the end of the connection after it. */
export function get(host: string, more = "", target = "/page"): string {
  return `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`;
}

/** One request that leaves the connection open. */
export function keepGet(host: string, target = "/page"): string {
  return `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
}

/** Whether one whole answer of the application's has come. */
export function answered(text: string): boolean {
  return text.includes("from the application");
}

/** The statuses of the answers in a text, in order. */
export function statuses(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** The line that the verifier logged about a connection: a refused pull, or a handshake that failed. */
export function refusalOf(
  world: Pick<World, "line">,
  { localPort }: Pick<Exchange, "localPort">,
): Promise<LogLine> {
  return world.line(
    `about the connection from port ${localPort}`,
    ({ event, remotePort }) =>
      remotePort === localPort && (event === "pull-refused" || event === "handshake-failed"),
  );
}

/** The next pull that is refused, for peers whose port is not known: of the lines from `after` on. */
export function refusalAfter(world: Pick<World, "line">, after: number): Promise<LogLine> {
  return world.line("a refused pull", ({ event }) => event === "pull-refused", after);
}
