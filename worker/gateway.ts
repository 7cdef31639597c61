import type { Mapping } from "../shared/mapping.ts";
import { plainAnswer } from "./plain-answer.ts";
import { createVisitorPuller } from "./visitor-puller.ts";

/** The visitor's side of the Worker: its default export. */
export interface Gateway {
  readonly fetch: (
    request: Request,
    env: Cloudflare.Env,
    ctx: ExecutionContext,
  ) => Promise<Response>;
}

/**
 * Who makes the gateway's pulls: itself; or the `Pull` entrypoint of the same Worker, for a Worker that has Workers Cache
 * between the two.
 */
export type PullBy = "gateway" | "entrypoint";

/**
 * Makes the default entrypoint: the visitor's side of a pull, and the pull.
 *
 * A plain handler: with one way through it there is nothing to route.
 */
export function createGateway(mapping: Mapping, pullBy: PullBy = "gateway"): Gateway {
  const find = createVisitorPuller(mapping);
  return {
    fetch: async (request, env, ctx) => {
      const visit = find(request);
      // There is nothing to pull with, and nothing else is tried.
      if (visit === null) return plainAnswer(421);
      const waitUntil = (promise: Promise<unknown>): void => ctx.waitUntil(promise);
      if (pullBy === "gateway") return await visit.answer(env, waitUntil);
      const { hostname } = visit;
      return await visit.answer(env, waitUntil, () =>
        ctx.exports.Pull({ props: { hostname } }).fetch(request),
      );
    },
  };
}
