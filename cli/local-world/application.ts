import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { X_PULL_FINGERPRINT, X_PULL_HOSTNAME, X_PULL_VERDICT } from "../../shared/wire.ts";
import type { ApplicationAnswer } from "./application-answer.ts";
import { applicationPage } from "./application-page.ts";
import { patternStream } from "./application-bytes.ts";
import { echoWebSockets } from "./application-websocket.ts";
import { LOOPBACK } from "./ports.ts";

/** The demo application, listening. */
export interface Application {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the application that stands behind the verifier in the local world. It checks nothing: that is the point. */
export async function startApplication(port: number): Promise<Application> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const sockets = echoWebSockets(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: LOOPBACK }, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    port: bound,
    url: `http://${LOOPBACK}:${bound}`,
    close: async () => {
      sockets.close();
      await closeServer(server);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** The one path whose answer may be kept. */
export const CACHED_PATH = "/cached";

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Every other answer shows a pull of its own: one from the cache would show an earlier one's certificate.
  const path = request.url ?? "/";
  response.setHeader("Cache-Control", path === CACHED_PATH ? "public, max-age=60" : "no-store");
  const bytes = /^\/bytes\/([0-9]{1,12})(?:\?|$)/.exec(path)?.[1];
  if (bytes !== undefined) {
    response.setHeader("Content-Type", "application/octet-stream");
    response.setHeader("Content-Length", bytes);
    if (request.method === "HEAD") response.end();
    else await pipeline(patternStream(Number(bytes)), response);
  } else if (/^\/echo(?:\?|$)/.test(path)) {
    response.setHeader("Content-Type", request.headers["content-type"] ?? "text/plain");
    await pipeline(request, response);
  } else {
    sayWhoPulled(request, response);
  }
}

function sayWhoPulled(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const said: ApplicationAnswer = {
    application: "pullproof demo",
    hostname: header(request, X_PULL_HOSTNAME),
    fingerprint: header(request, X_PULL_FINGERPRINT),
    verdict: header(request, X_PULL_VERDICT),
    method: request.method ?? "",
    path: request.url ?? "",
    host: header(request, "host"),
    forwarded: {
      for: header(request, "x-forwarded-for"),
      host: header(request, "x-forwarded-host"),
      proto: header(request, "x-forwarded-proto"),
    },
  };
  const asPage = header(request, "accept")?.includes("text/html") === true;
  response.setHeader("Content-Type", asPage ? "text/html; charset=utf-8" : "application/json");
  if (asPage)
    response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.end(asPage ? applicationPage(said) : `${JSON.stringify(said, null, 2)}\n`);
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name.toLowerCase()];
  return typeof value === "string" ? value : null;
}
