import type { Hostname, HostPattern } from "../shared/hostname.ts";
import type { Mapping } from "../shared/mapping.ts";
import { answerVisitor } from "./answer-visitor.ts";
import type { WaitUntil } from "./cache-first.ts";
import { NOT_ATTEMPTED, failedPull } from "./failed-pull.ts";
import { createWorkerEntryFinder } from "./find-worker-entry.ts";
import { detailOf } from "./log.ts";
import { parsePublicUrl } from "./public-url.ts";
import { createPuller } from "./pull.ts";
import { readVisit } from "./visit.ts";

/** A visitor's request for a hostname that this Worker pulls for. */
export interface VisitorPull {
  readonly hostname: Hostname;
  /** What the entry is called in the mapping: the hostname, or the wildcard over it. */
  readonly entry: HostPattern;
  /**
   * Answers it: from the cache, or by a pull, or with a status that says why neither can be. Never rejects.
   *
   * @param elsewhere makes the pull in place of this function. Default: the pull is made here, through the entry's binding in `env`.
   */
  readonly answer: (
    env: object,
    waitUntil: WaitUntil,
    elsewhere?: () => Promise<Response>,
  ) => Promise<Response>;
}

/** Finds out what a request is; null where the mapping has nothing for the Worker to pull for it. */
export type VisitorPuller = (request: Request) => VisitorPull | null;

/**
 * The Worker's steps, for the gateway and for somebody else's Worker: nothing is fetched but through the binding of the
 * entry, and what cannot be pulled is answered, never handed on.
 */
export function createVisitorPuller(mapping: Mapping): VisitorPuller {
  const find = createWorkerEntryFinder(mapping);
  const pull = createPuller();

  return (request) => {
    const publicUrl = parsePublicUrl(request.url);
    const entry = publicUrl === null ? undefined : find(publicUrl.hostname);
    // Not a hostname, unmapped, or the edge presents for it: there is nothing to pull with.
    if (publicUrl === null || entry === undefined) return null;
    const { hostname } = publicUrl;
    return {
      hostname,
      entry: entry.hostname,
      answer: async (env, waitUntil, elsewhere) => {
        try {
          const visit = readVisit(request, publicUrl);
          const pullHere = (): Promise<Response> => pull(visit, entry, env);
          return await answerVisitor(visit, entry, waitUntil, elsewhere ?? pullHere);
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
