import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Duplex } from "node:stream";
import { SHOP } from "./pki.ts";

/** A TCP connection that does what a test wants, and no more. */
export interface RawPeer {
  readonly socket: Socket;
  readonly localPort: () => number;
  /** What came back, as it came. */
  readonly received: () => Buffer;
  /** Milliseconds from the connection to its end, whoever ended it. */
  readonly closed: Promise<number>;
}

/** Connects. Errors of the connection are its end, and no more. */
export async function rawPeer(port: number): Promise<RawPeer> {
  const socket = connectTcp(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  let localPort = 0;
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const began = performance.now();
  const closed = new Promise<number>((done) => {
    socket.on("close", () => done(performance.now() - began));
  });
  // Whoever is turned away at once may not come to be connected at all.
  await Promise.race([new Promise((done) => socket.once("connect", done)), closed]);
  localPort = socket.localPort ?? 0;
  return { socket, localPort: () => localPort, received: () => Buffer.concat(chunks), closed };
}

/** The bytes with which a peer's engine begins a handshake under a name. */
export function clientHello(servername: string = SHOP): Promise<Buffer> {
  return new Promise((done) => {
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, callback) {
        done(chunk);
        callback();
      },
    });
    const socket = connectTls({ socket: wire, servername });
    socket.on("error", () => {});
  });
}
