import type { MiddlewareHandler } from "hono";
import type { Hostname, HostPattern } from "../shared/hostname.ts";
import { loadMapping } from "./load-mapping.ts";
import { createVisitorPuller } from "./visitor-puller.ts";

/** Whose pull a request is. */
export interface OriginPull {
  /** The hostname that the visitor asked for, in its one written form. */
  readonly hostname: Hostname;
  /** What its entry is called in the mapping: the same, or the wildcard over it. */
  readonly entry: HostPattern;
}

declare module "hono" {
  interface ContextVariableMap {
    /**
     * Set by `originPull` on what it answers, for middleware around it to read after `await next()`; not there for
     * requests that it left to others.
     */
    readonly originPull?: OriginPull;
  }
}

/**
 * Middleware that pulls for the hostnames of the mapping: `app.use(originPull(mapping))`.
 *
 * It answers what belongs to an entry, from the cache or by a pull, and never calls `next` for it: without its binding
 * the hostname is answered 503, and a pull that fails 502 or 504. A hostname that has no entry, and one that the edge
 * presents for, go on to the next handler. Routes that stand before it are the application's own, under every hostname.
 *
 * @param mapping what `import mapping from "./mapping.json"` gives.
 * @throws Error with every problem of the mapping and its path, while the module starts: such a Worker is never deployed.
 */
export function originPull(mapping: unknown): MiddlewareHandler {
  const find = createVisitorPuller(loadMapping("mapping.json", mapping));
  return async (c, next) => {
    const pull = find(c.req.raw);
    if (pull === null) return await next();
    const { hostname, entry } = pull;
    c.set("originPull", { hostname, entry });
    return await pull.answer(c.env as object, (promise) => c.executionCtx.waitUntil(promise));
  };
}
