import { deltaSeconds, parseCacheControl } from "./cache-control.ts";
import { parseHttpDate } from "./http-date.ts";

/**
 * The head of what goes into the cache. Where its Cache-Control says anything else than the freshness that is left,
 * counted by us from every rule of RFC 9111, an `s-maxage` says that: the cache has nothing to work out but an age from
 * now on. A Date that is missing, or cannot be read, is set.
 *
 * @param seconds the freshness that is left.
 * @param now milliseconds since 1970.
 */
export function headersToStore(from: Headers, seconds: number, now: number): Headers {
  const headers = new Headers(from);
  const cacheControl = headers.get("Cache-Control");
  if (saidSeconds(cacheControl) !== seconds) {
    headers.set("Cache-Control", withSharedMaxAge(cacheControl, seconds));
  }
  // Counted already: left in, it would be subtracted once more.
  headers.delete("Age");
  if (parseHttpDate(headers.get("Date"), now) === null)
    headers.set("Date", new Date(now).toUTCString());
  return headers;
}

/** What the cache answered, with the Age that a cache must name (RFC 9111 5.1). A HEAD gets the head of it. */
export function answerFromCache(hit: Response, method: string, now: number): Response {
  const { status, statusText, headers } = hit;
  const body = method === "HEAD" ? null : hit.body;
  const answer = new Response(body, { status, statusText, headers });
  if (headers.has("Age")) return answer;
  const date = parseHttpDate(headers.get("Date"), now);
  if (date !== null) {
    answer.headers.set("Age", String(Math.max(0, Math.floor((now - date) / 1000))));
  }
  return answer;
}

function saidSeconds(cacheControl: string | null): number | null {
  const directives = parseCacheControl(cacheControl);
  return deltaSeconds(directives.get("s-maxage") ?? directives.get("max-age"));
}

// Commas outside of quotation marks.
const BETWEEN_DIRECTIVES = /,(?=(?:[^"]*"[^"]*")*[^"]*$)/;

function withSharedMaxAge(cacheControl: string | null, seconds: number): string {
  const others = (cacheControl ?? "")
    .split(BETWEEN_DIRECTIVES)
    .map((directive) => directive.trim())
    .filter((directive) => directive !== "" && !/^s-maxage\b/i.test(directive));
  return [...others, `s-maxage=${seconds}`].join(", ");
}
