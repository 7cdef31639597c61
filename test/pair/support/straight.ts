import { connect, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import type { LocalCertificate } from "../../../cli/local-world/local-certificates.ts";
import type { LocalWorld } from "../../../cli/local-world/local-world.ts";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";
import { SHOP_ORIGIN } from "./names.ts";

/** How long the verifier's log line may take after what it tells of, in milliseconds. */
const LOG_PATIENCE = 10_000;

/** An attempt past the Worker: what came back, and what the verifier said of it. */
export interface Straight {
  /** The local port that it came from. */
  readonly port: number;
  /** Every byte of the answer; the empty string where there was none. */
  readonly text: string;
  /** How the connection broke, as far as this side knows; null where it ended in good order. */
  readonly error: Error | null;
  /** The last line of the verifier's log about this connection. */
  readonly event: VerifierEvent | null;
}

/** Somebody who knows the origin's address asks it, with a certificate or without. */
export async function askStraight(
  world: LocalWorld,
  certificate: LocalCertificate | null,
  options: ConnectionOptions,
  authority: string,
): Promise<Straight> {
  const presented =
    certificate === null ? {} : { cert: certificate.certificate, key: certificate.key };
  const socket = connectTls({
    host: "127.0.0.1",
    port: world.ports.origin,
    servername: SHOP_ORIGIN,
    ca: world.certificates.originIssuer.certificate,
    ...presented,
    ...options,
  });
  // The verifier may be gone before the handshake is done on this side: then there is nobody to ask.
  socket.once("secureConnect", () =>
    socket.write(`GET /straight HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`),
  );
  return await whatCameOf(world, socket);
}

/** Somebody who does not even speak TLS sends bytes. */
export async function askInTheClear(world: LocalWorld, bytes: string): Promise<Straight> {
  const socket = connect(world.ports.origin, "127.0.0.1");
  socket.once("connect", () => socket.write(bytes));
  return await whatCameOf(world, socket);
}

async function whatCameOf(world: LocalWorld, socket: Socket): Promise<Straight> {
  let port = 0;
  let text = "";
  let error: Error | null = null;
  socket.once("connect", () => (port = socket.localPort ?? 0));
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", (thrown) => (error = thrown));
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
  return { port, text, error, event: await eventOf(world, port) };
}

/** What the verifier says of the connection from a port; waits for it. */
async function eventOf(world: LocalWorld, port: number): Promise<VerifierEvent | null> {
  return await world.verifierEvents.find(
    (event) => "remotePort" in event && event.remotePort === port,
    LOG_PATIENCE,
  );
}
