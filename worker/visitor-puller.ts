import type { Hostname, HostPattern } from "../shared/hostname.ts";
import { answerVisitor } from "./answer-visitor.ts";
import type { WaitUntil } from "./cache-first.ts";
import { NOT_ATTEMPTED, failedPull } from "./failed-pull.ts";
import { createWorkerEntryFinder } from "./find-worker-entry.ts";
import { loadMapping } from "./load-mapping.ts";
import { detailOf } from "./log.ts";
import { parsePublicUrl } from "./public-url.ts";
import { createPuller } from "./pull.ts";

/** A visitor's request for a hostname that this Worker pulls for. */
export interface VisitorPull {
  readonly hostname: Hostname;
  /** What the entry is called in the mapping: the hostname, or the wildcard over it. */
  readonly entry: HostPattern;
  /** Answers it: from the cache, or by a pull, or with a status that says why neither can be. Never rejects. */
  readonly answer: (env: object, waitUntil: WaitUntil) => Promise<Response>;
}

/** Finds out what a request is; null where the mapping has nothing for the Worker to pull for it. */
export type VisitorPuller = (request: Request) => VisitorPull | null;

/**
 * The Worker's steps for somebody else's Worker: nothing is fetched but through the binding of the entry, and what cannot
 * be pulled is answered, never handed on.
 *
 * @param mapping what the bundler made of mapping.json.
 * @throws Error with every problem of the mapping, while the module starts: such a Worker is never deployed.
 */
export function createVisitorPuller(mapping: unknown): VisitorPuller {
  const loaded = loadMapping("mapping.json", mapping);
  const find = createWorkerEntryFinder(loaded);
  const pull = createPuller(loaded);

  return (request) => {
    const publicUrl = parsePublicUrl(request.url);
    const entry = publicUrl === null ? undefined : find(publicUrl.hostname);
    if (publicUrl === null || entry === undefined) return null;
    const { hostname } = publicUrl;
    return {
      hostname,
      entry: entry.hostname,
      answer: async (env, waitUntil) => {
        try {
          const pullOnce = (): Promise<Response> => pull(hostname, request, env);
          return await answerVisitor(request, publicUrl, entry, waitUntil, pullOnce);
        } catch (thrown) {
          return failedPull(
            hostname,
            { cause: "unexpected", detail: detailOf(thrown) },
            NOT_ATTEMPTED,
          );
        }
      },
    };
  };
}
