import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseAuthority, type Hostname } from "../../shared/hostname.ts";
import { createEdgeCache } from "./edge-cache.ts";
import type { Patience } from "./dial-origin.ts";
import type { EdgeHost } from "./edge-host.ts";
import { answerKept, answerOwn } from "./edge-answers.ts";
import type { EdgePull } from "./edge-pull.ts";
import { mayLookUp } from "./fresh-for.ts";
import { pullFor } from "./pull-for.ts";
import type { VisitorScheme } from "./way-of-pull.ts";

/** What an edge is made from. */
export interface EdgeSettings {
  /** Of 127.0.0.1; 0 lets the system choose. */
  readonly port: number;
  /** The proxied hostnames; undefined for a name that is none. */
  readonly find: (hostname: Hostname) => EdgeHost | undefined;
  /** The CAs, PEM, whose origin certificates the strict modes take: the public ones, in the world. */
  readonly trust: readonly string[];
  /** What its port stands for; visitors speak plain HTTP to it either way. Default `https`. */
  readonly visitors?: VisitorScheme;
  readonly patience?: Partial<Patience>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Told of each pull when its answer begins, or when there is none. */
  readonly onPull?: (pull: EdgePull) => void;
}

/** An edge, answering. */
export interface Edge {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** As long as Cloudflare waits, more or less: 522, 525 and 524 come after these. */
const PATIENCE: Patience = { dial: 19_000, handshake: 15_000, answer: 120_000 };

/**
 * Starts a simulator of Cloudflare's edge for proxied hostnames: cache first, then the pull. It speaks HTTP/1.1, opens a
 * connection for each pull, and takes no WebSockets; it is no part of what protects anything.
 */
export async function startEdge(settings: EdgeSettings): Promise<Edge> {
  const { port, find, visitors = "https", now = Date.now, onPull = () => undefined } = settings;
  const patience = { ...PATIENCE, ...settings.patience };
  const cache = createEdgeCache();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ray = `${randomBytes(8).toString("hex")}-LOC`;
    response.setHeader("CF-RAY", ray);
    const hostname = parseAuthority(request.headers.host ?? "")?.hostname;
    const host = hostname === undefined ? undefined : find(hostname);
    const { method = "GET", url: path = "/" } = request;
    if (hostname === undefined || host === undefined) {
      answerOwn(response, 409, "error 1001: no proxied hostname of this name");
      return;
    }
    if (!path.startsWith("/")) {
      answerOwn(response, 400, "not a path");
      return;
    }
    const key = `${hostname} ${path}`;
    const kept = mayLookUp(method, request.headers) ? cache.find(key, now()) : null;
    if (kept !== null) {
      answerKept(response, method, kept);
      return;
    }
    await pullFor(
      { request, response, host, hostname, key, ray },
      { trust: settings.trust, visitors, patience, cache, now, onPull },
    );
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen({ port, host: "127.0.0.1" });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
