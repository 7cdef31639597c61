import type { IncomingMessage, ServerResponse } from "node:http";
import type { OriginVerifier } from "../origin-verifier.ts";
import { OriginServer, type RequestListener } from "./origin-server.ts";
import { isUnjudged, refuseUnjudged, WronglyMounted } from "./unjudged.ts";

export { pullOf, UnjudgedRequest } from "./pull-of.ts";
export type { AcceptedPull, JudgedPull, ReportedPull } from "../judge/verdict.ts";
export type { OriginServer, OriginServerEvents } from "./origin-server.ts";
export type { ListenArguments, ListenOptions } from "./listen-arguments.ts";
export { WronglyMounted } from "./unjudged.ts";

/** What is known here of an Express 5 application. */
export interface ExpressApplication {
  (request: never, response: never): unknown;
  readonly listen: unknown;
  readonly mountpath: unknown;
}

/** The two members of an application through which every request of it goes, and every way to listen. */
interface Inner extends ExpressApplication {
  handle: (request: IncomingMessage, response: ServerResponse, next?: unknown) => unknown;
  listen: (...given: readonly unknown[]) => unknown;
  readonly parent?: unknown;
}

/**
 * Puts an Express 5 application behind both locks: `createOriginServer(verifier, app).listen(443)` in place of
 * `app.listen(443)`. Handlers ask {@link pullOf} who pulled.
 *
 * From then on the application serves judged requests alone, in whatever order its routes were made: mounted in another
 * application or given to another server, it answers 403, and its own `listen` throws.
 *
 * @throws WronglyMounted for what is no Express application, or one that is mounted in another: it takes the outermost.
 */
export function createOriginServer(
  verifier: OriginVerifier,
  application: ExpressApplication,
): OriginServer {
  seal(application as Inner);
  return new OriginServer(verifier, application as unknown as RequestListener);
}

const sealed = new WeakSet<Inner>();

/** Every request of an Express application goes through its `handle`: its own, a mounted one's and a server's. */
function seal(application: Inner): void {
  const { handle, listen, parent } = (application ?? {}) as Partial<Inner>;
  if (
    typeof application !== "function" ||
    typeof handle !== "function" ||
    typeof listen !== "function"
  )
    throw new WronglyMounted("not an Express application: give what express() made");
  if (parent !== undefined)
    throw new WronglyMounted("this application is mounted in another: give the outermost");
  if (sealed.has(application)) return;
  fix(application, "handle", (request, response, next) =>
    isUnjudged(request)
      ? refuseUnjudged(request, response)
      : Reflect.apply(handle, application, [request, response, next]),
  );
  fix(application, "listen", () => {
    throw new WronglyMounted("this application is served by its origin server: call listen there");
  });
  sealed.add(application);
}

function fix<Name extends "handle" | "listen">(
  application: Inner,
  name: Name,
  value: Inner[Name],
): void {
  Object.defineProperty(application, name, { value, writable: false, configurable: false });
}
