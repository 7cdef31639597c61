import { cacheFirst, type WaitUntil } from "./cache-first.ts";
import type { WorkerEntry } from "./find-worker-entry.ts";
import type { Visit } from "./visit.ts";

/**
 * Answers a visitor of a mapped hostname: from the cache, or by a pull.
 *
 * The health path is a pull, so that it says whether the whole way to the application works; one past the cache, so
 * that it says so now. It has no answer of its own.
 *
 * Where a token of Cloudflare Access is asked for on the pull, all are pulls: a stored answer, from before the mapping asked for one
 * perhaps, would be given without.
 */
export async function answerVisitor(
  visit: Visit,
  entry: WorkerEntry,
  waitUntil: WaitUntil,
  pull: () => Promise<Response>,
): Promise<Response> {
  const isPastCache = visit.url.path === entry.health || entry.accept.also.access !== null;
  return isPastCache ? await pull() : await cacheFirst(visit, waitUntil, pull);
}
