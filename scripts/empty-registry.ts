import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A registry of this machine alone, which knows no package and takes none. */
export interface EmptyRegistry {
  readonly url: string;
  /** What was asked that is more than to read: `PUT /pullproof`. */
  readonly attempts: readonly string[];
  readonly close: () => void;
}

/** Starts one: npm asks a registry even where it only says what it would do, and what it would send must have nowhere to go. */
export async function startEmptyRegistry(): Promise<EmptyRegistry> {
  const attempts: string[] = [];
  const server = createServer((request, response) => {
    if (request.method !== "GET") attempts.push(`${request.method} ${request.url}`);
    request.resume();
    response.writeHead(404, { "Content-Type": "application/json", Connection: "close" });
    response.end('{"error":"not found"}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    attempts,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
