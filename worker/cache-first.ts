import type { Hostname } from "../shared/hostname.ts";
import { contentLength, invalidates, mayLookUp, storableSeconds } from "./cache-rules.ts";
import { keepCopy } from "./kept-copy.ts";
import { detailOf, log, type CacheFailed } from "./log.ts";
import { answerFromCache, headersToStore } from "./stored-answer.ts";
import type { Visit } from "./visit.ts";

/** Keeps the Worker alive until a promise is settled, after the answer has gone. */
export type WaitUntil = (promise: Promise<unknown>) => void;

/**
 * Answers from the cache, or pulls and stores what may be stored.
 *
 * The key is the public URL and nothing else: no header, no origin. So it cannot serve one hostname's page for another,
 * and whatever an answer would vary by is not stored at all (see cache-rules.ts).
 */
export async function cacheFirst(
  visit: Visit,
  waitUntil: WaitUntil,
  pull: () => Promise<Response>,
): Promise<Response> {
  const cache = caches.default;
  const { method, url } = visit;
  const guard = guardFor(url.hostname);

  if (!mayLookUp(method, visit.headers)) {
    const answer = await pull();
    if (invalidates(method, answer.status)) {
      waitUntil(guard("invalidate", () => cache.delete(url.href)));
    }
    return answer;
  }
  const hit = await guard("look", () => cache.match(lookUp(visit)));
  if (hit !== undefined) return answerFromCache(hit, method, Date.now());

  const answer = await pull();
  const now = Date.now();
  const seconds = storableSeconds(visit, answer, now);
  if (seconds === 0) return answer;

  const { status, statusText } = answer;
  const store = async (body: Uint8Array | null): Promise<void> => {
    const headers = headersToStore(answer.headers, seconds, now);
    await cache.put(url.href, new Response(body, { status, statusText, headers }));
  };
  if (answer.body === null) {
    waitUntil(guard("store", () => store(null)));
    return answer;
  }
  const { body, whole } = keepCopy(
    answer.body,
    contentLength(answer.headers),
    visit.request.signal,
  );
  waitUntil(whole.then((bytes) => (bytes === null ? null : guard("store", () => store(bytes)))));
  return new Response(body, { status, statusText, headers: answer.headers });
}

/** The key with the conditions that the cache answers by itself: 206, 304 and 416 are made from what is stored. */
function lookUp({ url, method, headers: from }: Visit): Request | string {
  const conditions = method === "GET" ? CONDITIONS : WITHOUT_RANGE;
  if (!conditions.some((name) => from.has(name))) return url.href;
  const headers = new Headers();
  for (const name of conditions) {
    const value = from.get(name);
    if (value !== undefined) headers.set(name, value);
  }
  return new Request(url.href, { headers });
}

// Range is for GET alone (RFC 9110 14.2): the head of a HEAD is that of the whole.
const WITHOUT_RANGE = ["if-none-match", "if-modified-since"] as const;
const CONDITIONS = ["range", ...WITHOUT_RANGE] as const;

/** A cache that fails is a cache that has nothing: the visitor gets a pull, the log a line. */
function guardFor(hostname: Hostname) {
  return async <T>(
    during: CacheFailed["during"],
    work: () => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await work();
    } catch (thrown) {
      log({ event: "cache-failed", hostname, during, detail: detailOf(thrown) });
      return undefined;
    }
  };
}
