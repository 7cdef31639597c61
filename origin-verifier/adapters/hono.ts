import type { Server } from "node:http";
import {
  createAdaptorServer,
  type HttpBindings,
  type WebSocketServerLike,
} from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import { findPull } from "./pull-of.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import type { OriginVerifier } from "../origin-verifier.ts";
import { OriginServer } from "./origin-server.ts";
import { isUnjudged, UNJUDGED_STATUS, WronglyMounted } from "./unjudged.ts";

export type { AcceptedPull, JudgedPull, ReportedPull } from "../judge/verdict.ts";
export type { OriginServer, OriginServerEvents } from "./origin-server.ts";
export type { ListenArguments, ListenOptions } from "./listen-arguments.ts";
export { WronglyMounted } from "./unjudged.ts";

/** What {@link pulls} gives to the handlers after it, for `new Hono<PullEnv>()`. */
export interface PullEnv {
  Bindings: HttpBindings;
  Variables: {
    /** Who pulled. */
    readonly pull: JudgedPull;
  };
}

/**
 * The application's first middleware: `new Hono().use(pulls).get("/", (c) => c.text(c.var.pull.hostname))`. It takes the
 * pull from Node's own request, where no header and no variable can put one, and answers 403 to what came past the
 * verifier: through another listener of the same application, or through `app.request()`.
 */
export const pulls: MiddlewareHandler<PullEnv> = async (context, next) => {
  // None at all where there is no server: `app.request()` has no bindings.
  const incoming = (context.env as Partial<HttpBindings> | undefined)?.incoming;
  const pull = findPull(incoming);
  if (pull === null) {
    isUnjudged(incoming);
    return context.body(null, UNJUDGED_STATUS, { "Cache-Control": "no-store" });
  }
  context.set("pull", pull);
  await next();
  return undefined;
};

/** What is known here of a Hono application, of whichever copy of Hono. */
export interface HonoApplication {
  readonly fetch: (request: Request, env: never) => Response | Promise<Response>;
  readonly routes: readonly {
    readonly path: string;
    readonly method: string;
    readonly handler: unknown;
  }[];
}

/** What `serve` of `@hono/node-server` takes besides, and means the same here. */
export interface HonoServerOptions {
  /** A WebSocket server with `noServer: true`, for `upgradeWebSocket`. */
  readonly websocket?: { readonly server: WebSocketServerLike };
  /** Whether Hono puts its own Request and Response in the place of the global ones. Default true. */
  readonly overrideGlobalObjects?: boolean;
}

/**
 * Puts a Hono application behind both locks: `createOriginServer(verifier, app).listen(443)` in place of
 * `serve({ fetch: app.fetch, port: 443 })`.
 *
 * @throws WronglyMounted where {@link pulls} is not the first that every request of the application meets.
 */
export function createOriginServer(
  verifier: OriginVerifier,
  application: HonoApplication,
  options: HonoServerOptions = {},
): OriginServer {
  const [first] = application.routes;
  if (first?.handler !== pulls || first.path !== "/*" || first.method !== "ALL") {
    throw new WronglyMounted(
      "pulls is not the application's first middleware: begin with new Hono().use(pulls)",
    );
  }
  const server = createAdaptorServer({
    ...options,
    fetch: (request, env) => application.fetch(request, env as never),
    // It is a server as far as Hono uses one.
    createServer: ((_: unknown, listener: never) => new OriginServer(verifier, listener)) as never,
  });
  return server as Server as unknown as OriginServer;
}
