import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { createServer } from "node:tls";
import type { ApplicationTarget } from "../../origin-verifier/application/application-target.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { LocalCertificate } from "./local-certificates.ts";
import { LOOPBACK } from "./ports.ts";

/** An origin as most are, listening. */
export interface OpenOrigin {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * An origin without Authenticated Origin Pulls: plain TLS in front of the application. It asks nobody for a certificate
 * and answers whoever comes. It is the picture of what the verifier is for, and listens on loopback alone.
 *
 * @param origins the origin certificates, by the name that is asked for.
 */
export async function startOpenOrigin(
  origins: ReadonlyMap<Hostname, LocalCertificate>,
  application: ApplicationTarget,
): Promise<OpenOrigin> {
  const sockets = new Set<Socket>();
  const server = createServer({ ALPNProtocols: ["http/1.1"] }, (peer) => {
    const inside = dial(application);
    for (const [one, other] of [
      [peer, inside],
      [inside, peer],
    ] as const) {
      sockets.add(one);
      one.once("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.on("error", () => other.destroy());
      one.pipe(other);
    }
  });
  for (const [hostname, { certificate, key }] of origins) {
    server.addContext(hostname, { cert: certificate, key });
  }
  // A peer that fails its handshake is its own affair.
  server.on("tlsClientError", () => undefined);
  server.listen({ port: 0, host: LOOPBACK });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function dial(application: ApplicationTarget): Socket {
  return application.by === "unix"
    ? connect({ path: application.path })
    : connect({ host: application.host, port: application.port });
}
