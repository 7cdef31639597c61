import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Metrics } from "../metrics/create-metrics.ts";
import { isToken, type AdminToken } from "./admin-token.ts";
import { guardAnswer, HTML, JSON_TYPE, textAnswer, writeAnswer, type Answer } from "./answer.ts";
import { readAssets } from "./assets.ts";
import { createConsoleSessions } from "./console-sessions.ts";
import { viewOf, type ViewSources } from "./console/console-view.ts";
import { consolePage } from "./console/page.ts";
import { isAnsweredHost, type AnsweredHosts } from "./host-header.ts";
import { liveSource } from "./live-source.ts";
import { createLiveStreams, DEFAULT_PACE, type Pace } from "./live-streams.ts";
import { askForToken, logIn } from "./login.ts";
import { statusOf, type WorkerStatus } from "./status.ts";
import type { TokenReplacement } from "./token-replacement.ts";

/** What the admin listener answers from, and to whom. */
export interface AdminOptions extends ViewSources {
  readonly metrics: Metrics;
  /** What `/`, `/status` and `/metrics` ask for; null where none is asked for, on this machine alone. */
  readonly token: AdminToken | null;
  /** Where another token comes from later on. */
  readonly tokens?: Pick<TokenReplacement, "onReplaced">;
  readonly answeredHosts: AnsweredHosts;
  /** Called before anything is read: brings up to date what it is read from; false where nothing is known yet. */
  readonly prepare?: () => Promise<boolean>;
  /** The processes that accept pulls, where this one is their supervisor. */
  readonly workers?: () => readonly WorkerStatus[];
  /** Default {@link DEFAULT_PACE}. */
  readonly pace?: Pace;
}

/** Connections at once: a handful of people and scrapers. */
const CONNECTIONS_AT_MOST = 64;

/**
 * The admin listener: `/livez`, `/readyz`, `/status`, `/metrics`, and the console at `/`. It reads and changes nothing.
 *
 * @throws where a token is needed and there is none: what it answers is not for strangers.
 */
export function createAdmin(options: AdminOptions): Server {
  const { answeredHosts, observations, now } = options;
  let { token } = options;
  if (token === null && !answeredHosts.loopback)
    throw new Error("an admin listener that is reachable from elsewhere needs a token");
  const assets = readAssets();
  let sessions = createConsoleSessions(now);
  const streams = createLiveStreams(liveSource(options), options.pace ?? DEFAULT_PACE);

  options.tokens?.onReplaced((next) => {
    // Whoever came in with the old one comes in no more, and is not shown anything further.
    token = next;
    sessions = createConsoleSessions(now);
    streams.closeAll();
  });

  const mayRead = ({ headers: { authorization, cookie } }: IncomingMessage): boolean => {
    if (token === null) return true;
    const [, given] = /^Bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
    return given === undefined ? sessions.has(cookie) : isToken(given, token);
  };

  /** Null where the answer is given in another way. */
  const read = (
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Answer | Promise<Answer> | null => {
    switch (path) {
      case "/":
        return {
          status: 200,
          type: HTML,
          body: consolePage(viewOf(options), observations.recent()),
        };
      case "/status": {
        const own = statusOf(options.trust(), observations, options, now());
        const status = options.workers === undefined ? own : { ...own, workers: options.workers() };
        return { status: 200, type: JSON_TYPE, body: `${JSON.stringify(status, null, 2)}\n` };
      }
      case "/metrics":
        return options.metrics
          .text()
          .then((body) => ({ status: 200, type: options.metrics.contentType, body }));
      case "/events":
        // Another site's page can open streams in its visitor's browser, if not read them: they are few.
        if (isOfAnotherSite(request)) return textAnswer(403, "not for other sites");
        if (request.method === "HEAD") return textAnswer(200, "");
        return streams.open(response, afterOf(request))
          ? null
          : textAnswer(503, "too many pages are open");
      default:
        return textAnswer(404, "/, /status, /metrics, /livez, /readyz");
    }
  };

  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
  ): Answer | Promise<Answer | null> | null => {
    const { method, headers } = request;
    const [path = ""] = (request.url ?? "").split("?");
    if (!isAnsweredHost(headers.host ?? "", answeredHosts)) return textAnswer(421, "not here");
    if (path === "/login" && method === "POST" && token !== null)
      return logIn(request, token, sessions);
    if (method !== "GET" && method !== "HEAD")
      return textAnswer(405, "GET only", { Allow: "GET, HEAD", Connection: "close" });
    // Open to whoever reaches the port: they say one word, and what asks them has no token.
    if (path === "/livez") return textAnswer(200, "alive");
    if (path === "/readyz")
      return observations.ready() ? textAnswer(200, "ready") : textAnswer(503, "not ready");
    const asset = assets.get(path);
    if (asset !== undefined) return asset;
    if (mayRead(request)) {
      if (options.prepare === undefined) return read(path, request, response);
      return options.prepare().then((known) => {
        // Whoever has left meanwhile has said so already, and would never say it again: a stream for nobody stays open.
        if (response.destroyed) return null;
        return known
          ? read(path, request, response)
          : textAnswer(503, "starting: nothing is known yet");
      });
    }
    if (path === "/" || path === "/login") return askForToken(false);
    return textAnswer(401, "a token is needed", { "WWW-Authenticate": 'Bearer realm="pullproof"' });
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const given = await answer(request, response);
      if (given !== null) writeAnswer(response, given);
    } catch {
      // The console must never take the verifier with it.
      if (response.headersSent) response.destroy();
      else writeAnswer(response, textAnswer(500, "something went wrong here"));
    }
  };

  const server = createServer({
    insecureHTTPParser: false,
    headersTimeout: 5_000,
    requestTimeout: 5_000,
    // Node looks only every 30 seconds by itself: for so long, whoever opens all connections and says nothing would keep out probes.
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 16 * 1024,
  });
  server.maxConnections = CONNECTIONS_AT_MOST;
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    guardAnswer(response);
    void respond(request, response);
  });
  return server;
}

/** Whether a browser says that another site's page asks. What sends no such header is no browser. */
function isOfAnotherSite({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"] ?? "none";
  return site !== "same-origin" && site !== "none";
}

/** What the page knows already: said by the browser when it comes back, and by the page when it comes first. */
function afterOf({ headers, url = "" }: IncomingMessage): number {
  const said =
    headers["last-event-id"] ?? new URLSearchParams(url.split("?")[1] ?? "").get("after");
  return typeof said === "string" && /^[0-9]{1,15}$/.test(said) ? Number(said) : 0;
}
