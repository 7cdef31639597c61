import { WorkerEntrypoint } from "cloudflare:workers";
import { parseHostname } from "../shared/hostname.ts";
import type { Mapping } from "../shared/mapping.ts";
import { createPuller } from "./pull.ts";

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
 * Its own entrypoint, and not a function of the gateway's, so that Workers Cache can be put between the two: that cache's
 * key has no hostname, and is safe only keyed by `ctx.props`. It stores and looks up nothing itself.
 */
export function createPull(mapping: Mapping): PullClass {
  const pull = createPuller(mapping);

  return class Pull extends WorkerEntrypoint<Cloudflare.Env, PullProps> {
    override async fetch(request: Request): Promise<Response> {
      return pull(parseHostname(this.ctx.props.hostname), request, this.env);
    }
  };
}
