import { createGateway, type Gateway, type PullBy } from "./gateway.ts";
import { loadMapping } from "./load-mapping.ts";
import { plainAnswer } from "./plain-answer.ts";
import { createPull, type PullClass } from "./pull-entrypoint.ts";
import { createVisitorPuller } from "./visitor-puller.ts";

/** The two entrypoints of the whole Worker. */
export interface PullproofWorker {
  /** The visitor's side; the Worker's default export. */
  readonly gateway: Gateway;
  /** The pulling side by itself; the Worker exports it under the name `Pull`, where the gateway asks for it if it is told to. */
  readonly Pull: PullClass;
}

/**
 * The whole Worker: hostname, entry, cache, and then a pull or nothing. A hostname without an entry is answered 421.
 *
 * ```ts
 * const worker = createWorker(mapping);
 * export const Pull = worker.Pull;
 * export default worker.gateway;
 * ```
 *
 * @param mapping what `import mapping from "./mapping.json"` gives.
 * @param options `pullBy`: `entrypoint` where Workers Cache is put between the gateway and `Pull`, which the gateway then
 *   reaches by `ctx.exports`. Default: `gateway`, which pulls by itself, for less CPU.
 * @throws Error with every problem of the mapping and its path, while the module starts: such a Worker is never deployed.
 */
export function createWorker(
  mapping: unknown,
  { pullBy = "gateway" }: { readonly pullBy?: PullBy } = {},
): PullproofWorker {
  const loaded = loadMapping("mapping.json", mapping);
  return { gateway: createGateway(loaded, pullBy), Pull: createPull(loaded) };
}

/**
 * A fetch handler that pulls for the hostnames of the mapping and leaves all others to another handler:
 * `export default { fetch: originPull(mapping, handler) }`.
 *
 * What belongs to an entry never reaches `otherwise`: without its binding the hostname is answered 503, and a pull that
 * fails 502 or 504. A hostname that has no entry, and one that the edge presents for, always do.
 *
 * @param mapping what `import mapping from "./mapping.json"` gives.
 * @param otherwise answers every other hostname. Default: 421.
 * @throws Error with every problem of the mapping and its path, while the module starts: such a Worker is never deployed.
 */
export function originPull<Env extends object>(
  mapping: unknown,
  otherwise: ExportedHandlerFetchHandler<Env> = () => plainAnswer(421),
): ExportedHandlerFetchHandler<Env> {
  const find = createVisitorPuller(loadMapping("mapping.json", mapping));
  return async (request, env, ctx) => {
    const pull = find(request);
    return pull === null
      ? otherwise(request, env, ctx)
      : pull.answer(env, (promise) => ctx.waitUntil(promise));
  };
}
