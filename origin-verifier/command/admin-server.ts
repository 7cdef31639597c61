import type { Server } from "node:http";
import type { ListenAddress } from "./listen-address.ts";

/** Begins to listen; the port. Rejects where the address is taken. */
export function listenOn(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

/** Ends it, with all its connections. */
export function endAdmin(server: Server | undefined): void {
  server?.close();
  server?.closeAllConnections();
}
