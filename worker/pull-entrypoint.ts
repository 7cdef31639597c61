import { WorkerEntrypoint } from "cloudflare:workers";
import { parseHostname } from "../shared/hostname.ts";
import type { Mapping } from "../shared/mapping.ts";
import { createWorkerEntryFinder } from "./find-worker-entry.ts";
import { plainAnswer } from "./plain-answer.ts";
import { parsePublicUrl } from "./public-url.ts";
import { createPuller } from "./pull.ts";
import { readVisit } from "./visit.ts";

/** What the gateway says of a pull beside the request itself. A cache in front of `Pull` must have it in its key. */
interface PullProps {
  readonly hostname: string;
}

/** The class of the `Pull` entrypoint. */
export type PullClass = new (
  ctx: ExecutionContext<PullProps>,
  env: Cloudflare.Env,
) => WorkerEntrypoint<Cloudflare.Env, PullProps> & {
  fetch(request: Request): Promise<Response>;
};

/**
 * Makes the `Pull` entrypoint: one request through the binding of its entry, or an answer that says it failed.
 *
 * Its own entrypoint, so that Workers Cache can be put between the two: that cache's key has no hostname, and is safe only
 * keyed by `ctx.props`. It stores and looks up nothing itself. Without such a cache the gateway pulls by itself, since the way
 * through an entrypoint is a second request for the runtime, and costs much of what all of a bare pass-through does.
 */
export function createPull(mapping: Mapping): PullClass {
  const find = createWorkerEntryFinder(mapping);
  const pull = createPuller();

  return class Pull extends WorkerEntrypoint<Cloudflare.Env, PullProps> {
    override async fetch(request: Request): Promise<Response> {
      const hostname = parseHostname(this.ctx.props.hostname);
      const publicUrl = parsePublicUrl(request.url);
      const entry = hostname === null ? undefined : find(hostname);
      // The gateway has looked before; another hostname than the URL's would be another hostname's certificate.
      if (publicUrl === null || entry === undefined || publicUrl.hostname !== hostname)
        return plainAnswer(421);
      return await pull(readVisit(request, publicUrl), entry, this.env);
    }
  };
}
