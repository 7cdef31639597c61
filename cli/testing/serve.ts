import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { LOOPBACK } from "../local-world/ports.ts";

/** Serves a listener in the clear, on a port of the system's choice, to this machine alone. */
export async function serve(
  listener: RequestListener,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port: 0, host: LOOPBACK }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
