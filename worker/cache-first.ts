import { contentLength, invalidates, mayLookUp, storableSeconds } from "./cache-rules.ts";
import { keepCopy } from "./kept-copy.ts";
import { detailOf, log, type CacheFailed } from "./log.ts";
import type { PublicUrl } from "./public-url.ts";
import { answerFromCache, headersToStore } from "./stored-answer.ts";

/** Keeps the Worker alive until a promise is settled, after the answer has gone. */
export type WaitUntil = (promise: Promise<unknown>) => void;

/**
 * Answers from the cache, or pulls and stores what may be stored.
 *
 * The key is the public URL and nothing else: no header, no origin. So it cannot serve one hostname's page for another,
 * and whatever an answer would vary by is not stored at all (see cache-rules.ts).
 */
export async function cacheFirst(
  request: Request,
  publicUrl: PublicUrl,
  waitUntil: WaitUntil,
  pull: () => Promise<Response>,
): Promise<Response> {
  const cache = caches.default;
  const guard = guardFor(publicUrl);

  if (!mayLookUp(request.method, request.headers)) {
    const answer = await pull();
    if (invalidates(request.method, answer.status)) {
      waitUntil(guard("invalidate", () => cache.delete(publicUrl.href)));
    }
    return answer;
  }
  const hit = await guard("look", () => cache.match(lookUp(publicUrl, request.headers)));
  if (hit !== undefined) return answerFromCache(hit, request.method, Date.now());

  const answer = await pull();
  const now = Date.now();
  const seconds = storableSeconds(request, answer, now);
  if (seconds === 0) return answer;

  const { status, statusText } = answer;
  const store = async (body: Uint8Array | null): Promise<void> => {
    const headers = headersToStore(answer.headers, seconds, now);
    await cache.put(publicUrl.href, new Response(body, { status, statusText, headers }));
  };
  if (answer.body === null) {
    waitUntil(guard("store", () => store(null)));
    return answer;
  }
  const { body, whole } = keepCopy(answer.body, contentLength(answer.headers), request.signal);
  waitUntil(whole.then((bytes) => (bytes === null ? null : guard("store", () => store(bytes)))));
  return new Response(body, { status, statusText, headers: answer.headers });
}

/** The key with the conditions that the cache answers by itself: 206, 304 and 416 are made from what is stored. */
function lookUp({ href }: PublicUrl, from: Headers): Request | string {
  if (!CONDITIONS.some((name) => from.has(name))) return href;
  const headers = new Headers();
  for (const name of CONDITIONS) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Request(href, { headers });
}

const CONDITIONS = ["Range", "If-None-Match", "If-Modified-Since"] as const;

/** A cache that fails is a cache that has nothing: the visitor gets a pull, the log a line. */
function guardFor({ hostname }: PublicUrl) {
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
