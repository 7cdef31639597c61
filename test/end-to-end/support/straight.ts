import { connect } from "node:tls";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";
import type { OriginMachine } from "./origin-machine.ts";

/** How long a line of the verifier's log may take after what it tells of, in milliseconds. */
const LOG_PATIENCE = 20_000;

/** What came of it, and what the verifier's log says. */
interface Straight {
  /** 0 where there was no answer. */
  readonly status: number;
  readonly event: VerifierEvent | null;
}

/** Pulls from one machine, past Worker and balancer, with a certificate from a file. */
export async function pullStraight(
  { port, events }: OriginMachine,
  originHostname: string,
  pair: { readonly cert: string; readonly key: string },
  ca: string,
): Promise<Straight> {
  const socket = connect({ host: "127.0.0.1", port, servername: originHostname, ca, ...pair });
  let local = 0;
  let answer = "";
  socket.once("secureConnect", () => {
    local = socket.localPort ?? 0;
    socket.write(`GET / HTTP/1.1\r\nHost: ${originHostname}\r\nConnection: close\r\n\r\n`);
  });
  socket.on("data", (bytes: Buffer) => (answer += bytes.toString("latin1")));
  socket.on("error", () => undefined);
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const event = await events.find(
    (one) => "remotePort" in one && one.remotePort === local,
    LOG_PATIENCE,
  );
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0), event };
}
