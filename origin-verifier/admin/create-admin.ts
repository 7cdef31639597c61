import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isLoopback } from "../command/listen-address.ts";

/** What the admin listener is asked for. */
export interface AdminOptions {
  /** Whether pulls are accepted. */
  readonly ready: () => boolean;
  /** What `/status` answers, as JSON. */
  readonly status: () => unknown;
}

/**
 * The admin listener: `/livez`, `/readyz` and `/status`. The Host header is held against loopback names, so that no
 * web page in a browser of this machine can rebind its own name to it and read what it answers.
 */
export function createAdmin({ ready, status }: AdminOptions): Server {
  const server = createServer({
    insecureHTTPParser: false,
    headersTimeout: 5_000,
    requestTimeout: 5_000,
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader("Cache-Control", "no-store");
    if (!isLoopbackAuthority(request.headers.host ?? ""))
      return answer(response, 421, "text/plain", "not here\n");
    if (request.method !== "GET" && request.method !== "HEAD")
      return answer(response, 405, "text/plain", "GET only\n");
    switch (request.url?.split("?")[0]) {
      case "/livez":
        return answer(response, 200, "text/plain", "alive\n");
      case "/readyz":
        return ready()
          ? answer(response, 200, "text/plain", "ready\n")
          : answer(response, 503, "text/plain", "not ready\n");
      case "/status":
        return answer(response, 200, "application/json", `${JSON.stringify(status(), null, 2)}\n`);
      default:
        return answer(response, 404, "text/plain", "/livez, /readyz, /status\n");
    }
  });
  return server;
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "Content-Type": type });
  response.end(body);
}

function isLoopbackAuthority(host: string): boolean {
  const name = host.replace(/:[0-9]+$/, "").toLowerCase();
  return name === "localhost" || name === "[::1]" || isLoopback(name);
}
