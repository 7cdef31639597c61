import { Hono } from "hono/tiny";
import type { Mapping } from "../shared/mapping.ts";
import { answerVisitor } from "./answer-visitor.ts";
import { NOT_ATTEMPTED, failedPull } from "./failed-pull.ts";
import { createWorkerEntryFinder, type WorkerEntry } from "./find-worker-entry.ts";
import { detailOf } from "./log.ts";
import { plainAnswer } from "./plain-answer.ts";
import { parsePublicUrl, type PublicUrl } from "./public-url.ts";

/** What the gateway's steps hand on to each other. */
export interface GatewayEnv {
  Bindings: Cloudflare.Env;
  Variables: { publicUrl: PublicUrl; entry: WorkerEntry };
}

/**
 * Makes the default entrypoint: the visitor's side of a pull. It has no binding in its hands; what it cannot answer
 * itself it asks of the `Pull` entrypoint of the same Worker, which the Worker must export under that name.
 */
export function createGateway(mapping: Mapping): Hono<GatewayEnv> {
  const find = createWorkerEntryFinder(mapping);
  const gateway = new Hono<GatewayEnv>();

  gateway.use(async (c, next) => {
    const publicUrl = parsePublicUrl(c.req.url);
    const entry = publicUrl === null ? undefined : find(publicUrl.hostname);
    // Not a hostname, unmapped, or the edge presents for it: there is nothing to pull with, and nothing else is tried.
    if (publicUrl === null || entry === undefined) return plainAnswer(421);
    c.set("publicUrl", publicUrl);
    c.set("entry", entry);
    return next();
  });

  gateway.all("*", (c) => {
    const { publicUrl, entry } = c.var;
    const ctx = c.executionCtx as ExecutionContext;
    const pull = (): Promise<Response> =>
      ctx.exports.Pull({ props: { hostname: publicUrl.hostname } }).fetch(c.req.raw);
    return answerVisitor(c.req.raw, publicUrl, entry, (promise) => ctx.waitUntil(promise), pull);
  });

  gateway.onError((thrown, c) => {
    const hostname = parsePublicUrl(c.req.url)?.hostname ?? "";
    return failedPull(hostname, { cause: "unexpected", detail: detailOf(thrown) }, NOT_ATTEMPTED);
  });
  return gateway;
}
