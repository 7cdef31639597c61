import type { Server } from "node:https";
import type { FastifyPluginAsync, FastifyServerFactory } from "fastify";
import { pullOf } from "./pull-of.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import type { OriginVerifier } from "../origin-verifier.ts";
import { OriginServer } from "./origin-server.ts";
import { isUnjudged, UNJUDGED_STATUS, WronglyMounted } from "./unjudged.ts";

export { UnjudgedRequest } from "./pull-of.ts";
export type { AcceptedPull, JudgedPull, ReportedPull } from "../judge/verdict.ts";
export { WronglyMounted } from "./unjudged.ts";

declare module "fastify" {
  interface FastifyRequest {
    /**
     * Who pulled. From the plugin `pulls`; it throws UnjudgedRequest for a request that came past the verifier, such as
     * an injected one.
     */
    readonly pull: JudgedPull;
  }
}

/** The servers that {@link originServer} made, and those whose application has {@link pulls}. */
const ours = new WeakSet<object>();
const told = new WeakSet<object>();

/**
 * Puts a Fastify 5 application behind both locks: `Fastify({ serverFactory: originServer(verifier) })`. The application
 * listens and closes as ever, and cannot listen without the plugin {@link pulls}.
 *
 * @throws WronglyMounted with `http2` or `https`: TLS is the verifier's, and HTTP/2 would go past its reading of requests.
 */
export function originServer(verifier: OriginVerifier): FastifyServerFactory<Server> {
  return (handler, options) => {
    for (const name of ["http2", "https"]) {
      if (options[name])
        throw new WronglyMounted(
          `${name} stands beside serverFactory: TLS and HTTP are the verifier's`,
        );
    }
    const server: OriginServer = new OriginServer(verifier, handler, () => {
      if (!told.has(server))
        throw new WronglyMounted(
          "the application does not know its pulls: app.register(pulls) first",
        );
    });
    ours.add(server);
    // It is a server as far as Fastify and its plugins use one; what it has not got throws.
    return server as unknown as Server;
  };
}

/**
 * The application's first plugin: `app.register(pulls)`. Handlers see `request.pull`; a request that came past the
 * verifier, by `app.inject()` or through another server that was given `app.routing`, is answered 403 before any other hook.
 *
 * Registering it fails, and with it the start of the application, where the server is not of {@link originServer}, and
 * where it is not on the outermost instance.
 */
export const pulls: FastifyPluginAsync = Object.assign(
  (async (application) => {
    const { server } = application as { readonly server: object };
    if (!ours.has(server))
      throw new WronglyMounted(
        "its server is not the verifier's: Fastify({ serverFactory: originServer(verifier) })",
      );
    if (!Object.hasOwn(application, "listen"))
      throw new WronglyMounted("pulls is for the outermost application");
    application.decorateRequest("pull", {
      getter() {
        return pullOf(this.raw);
      },
    });
    // Fastify hands it to the scopes that were loaded before, too.
    application.addHook("onRequest", async (request, reply) => {
      if (!isUnjudged(request.raw)) return undefined;
      return reply.code(UNJUDGED_STATUS).header("cache-control", "no-store").send();
    });
    told.add(server);
  }) satisfies FastifyPluginAsync,
  // What fastify-plugin does: of the application itself, not of a scope of its own.
  { [Symbol.for("skip-override")]: true, [Symbol.for("fastify.display-name")]: "pullproof" },
);
