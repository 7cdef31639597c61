import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext, type TLSSocket } from "node:tls";
import type { LocalWorld } from "../../../cli/local-world/local-world.ts";

/** A server that does what the verifier must not. */
export interface ResumingServer {
  readonly port: number;
  /** What Node said of the peer of each request. */
  readonly peers: { readonly authorized: boolean; readonly names: string | undefined }[];
  readonly close: () => void;
}

/**
 * An ordinary Node server with the world's own certificates, a context for each name, and resumption as Node has it by
 * default: what an attempt to resume comes to where nothing prevents it.
 */
export async function startResumingServer({ certificates }: LocalWorld): Promise<ResumingServer> {
  const ca = [...certificates.issuers.values()].map(({ certificate }) => certificate);
  const contexts = new Map<string, ReturnType<typeof createSecureContext>>(
    [...certificates.origins].map(([name, { certificate, key }]) => [
      name,
      createSecureContext({ cert: certificate, key, ca }),
    ]),
  );
  const peers: ResumingServer["peers"][number][] = [];
  const server = createServer(
    {
      requestCert: true,
      rejectUnauthorized: false,
      SNICallback: (name, done) => done(null, contexts.get(name)),
    },
    ({ socket }, response) => {
      const { authorized } = socket as TLSSocket;
      const names = (socket as TLSSocket).getPeerX509Certificate()?.subjectAltName;
      peers.push({ authorized, names });
      response.end();
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    peers,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
