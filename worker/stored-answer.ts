/**
 * The head of what goes into the cache. Its `s-maxage` is the freshness that is left, counted by us from every rule of
 * RFC 9111, so that the cache has nothing to work out but an age from now on; a Date that is missing is set.
 *
 * @param seconds the freshness that is left.
 * @param now milliseconds since 1970.
 */
export function headersToStore(from: Headers, seconds: number, now: number): Headers {
  const headers = new Headers(from);
  headers.set("Cache-Control", withSharedMaxAge(headers.get("Cache-Control"), seconds));
  // Counted already: left in, it would be subtracted once more.
  headers.delete("Age");
  if (!headers.has("Date")) headers.set("Date", new Date(now).toUTCString());
  return headers;
}

/** What the cache answered, with the Age that a cache must name (RFC 9111 5.1). A HEAD gets the head of it. */
export function answerFromCache(hit: Response, method: string, now: number): Response {
  const headers = new Headers(hit.headers);
  const date = Date.parse(headers.get("Date") ?? "");
  if (!headers.has("Age") && !Number.isNaN(date)) {
    headers.set("Age", String(Math.max(0, Math.floor((now - date) / 1000))));
  }
  const { status, statusText } = hit;
  return new Response(method === "HEAD" ? null : hit.body, { status, statusText, headers });
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
