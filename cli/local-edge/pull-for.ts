import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Hostname } from "../../shared/hostname.ts";
import { FailedPull, type Patience } from "./dial-origin.ts";
import { answerTrouble } from "./edge-answers.ts";
import { MAX_KEPT_BYTES, type EdgeCache } from "./edge-cache.ts";
import type { EdgeHost } from "./edge-host.ts";
import type { EdgePull } from "./edge-pull.ts";
import { freshFor } from "./fresh-for.ts";
import { passedOn, pullHeaders } from "./pull-headers.ts";
import { startPull } from "./pull.ts";
import { troubleStatus } from "./pull-trouble.ts";
import { wayOfPull, type VisitorScheme } from "./way-of-pull.ts";

/** A visitor's request that the cache has no answer for. */
export interface Missed {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly host: EdgeHost;
  readonly hostname: Hostname;
  /** Of the cache. */
  readonly key: string;
  readonly ray: string;
}

/** The edge around it. */
export interface Surroundings {
  readonly trust: readonly string[];
  readonly visitors: VisitorScheme;
  readonly patience: Patience;
  readonly cache: EdgeCache;
  readonly now: () => number;
  readonly onPull: (pull: EdgePull) => void;
}

/** Pulls, and hands the answer on; keeps it where it is explicitly fresh. Rejected where the answer breaks off. */
export async function pullFor(missed: Missed, surroundings: Surroundings): Promise<void> {
  const { request, response, host, hostname, ray } = missed;
  const { visitors, trust, patience, onPull } = surroundings;
  const left = new AbortController();
  // A visitor who leaves takes the pull along.
  response.once("close", () => left.abort());
  const address = request.socket.remoteAddress ?? "127.0.0.1";
  const asked = {
    method: request.method ?? "GET",
    path: request.url ?? "/",
    headers: [
      ...pullHeaders(request.rawHeaders, host.originHostname, { address, scheme: visitors, ray }),
      // How long the body is, the visitor did not say: neither can the pull.
      ...(request.headers["transfer-encoding"] === undefined
        ? []
        : ["Transfer-Encoding", "chunked"]),
    ],
    signal: left.signal,
  };
  const way = wayOfPull(host.sslMode, visitors);
  const pull = startPull(host, way, asked, request, { trust, patience });
  const about = {
    event: "edge-pull",
    ray,
    hostname,
    scheme: way.scheme,
    level: pull.level,
  } as const;
  let answer: IncomingMessage;
  try {
    answer = await pull.answer;
  } catch (thrown) {
    if (!(thrown instanceof FailedPull)) throw thrown;
    const { trouble } = thrown;
    const status = troubleStatus(trouble);
    onPull({ ...about, localPort: pull.localPort(), status, trouble });
    answerTrouble(response, status);
    return;
  }
  const status = answer.statusCode ?? 520;
  onPull({ ...about, localPort: pull.localPort(), status, trouble: null });
  await handOn(missed, surroundings, answer, status);
}

async function handOn(
  { request, response, key }: Missed,
  { cache, now }: Surroundings,
  answer: IncomingMessage,
  status: number,
): Promise<void> {
  const { method = "GET", headers: asked } = request;
  const seconds = freshFor({ method, asked, status, said: answer.headers });
  const headers = passedOn(answer.rawHeaders);
  for (let at = 0; at + 1 < headers.length; at += 2) {
    response.appendHeader(headers[at] as string, headers[at + 1] as string);
  }
  response.setHeader("CF-Cache-Status", seconds > 0 ? "MISS" : "DYNAMIC");
  response.writeHead(status, answer.statusMessage);
  const parts: Buffer[] = [];
  let bytes = 0;
  if (seconds > 0) {
    answer.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes <= MAX_KEPT_BYTES) parts.push(part);
    });
  }
  await pipeline(answer, response);
  if (seconds > 0 && bytes <= MAX_KEPT_BYTES) {
    cache.keep(key, { status, headers, body: Buffer.concat(parts) }, seconds, now());
  }
  // RFC 9111 4.4: what was changed is not what is kept.
  if (method !== "GET" && method !== "HEAD" && status < 400) cache.forget(key);
}
