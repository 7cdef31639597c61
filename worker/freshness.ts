import { deltaSeconds, parseCacheControl } from "./cache-control.ts";

/**
 * Whole seconds for which an answer may still be served by a shared cache (RFC 9111 4.2): its lifetime (s-maxage, else
 * max-age, else Expires) without its age. 0 where it says nothing of freshness, nothing that can be read, or is stale:
 * there is no heuristic freshness here.
 *
 * @param now milliseconds since 1970, when the answer arrived.
 */
export function remainingSeconds(headers: Headers, now: number): number {
  return Math.max(0, Math.floor(lifetime(headers, now) - currentAge(headers, now)));
}

function lifetime(headers: Headers, now: number): number {
  const directives = parseCacheControl(headers.get("Cache-Control"));
  for (const name of ["s-maxage", "max-age"]) {
    // A directive that is there and cannot be read means stale (RFC 9111 4.2.1), not "look at the next one".
    if (directives.has(name)) return deltaSeconds(directives.get(name)) ?? 0;
  }
  const expires = parseDate(headers.get("Expires"));
  return expires === null ? 0 : (expires - (parseDate(headers.get("Date")) ?? now)) / 1000;
}

/** RFC 9111 4.2.3: the greater of what Age says and what Date shows. A cache before the application counts, too. */
function currentAge(headers: Headers, now: number): number {
  const date = parseDate(headers.get("Date"));
  // Date has no fractions of a second: counting those of the clock would make everything a second older.
  const apparent = date === null ? 0 : Math.max(0, Math.floor((now - date) / 1000));
  // An Age that cannot be read is ignored (RFC 9111 5.1).
  return Math.max(deltaSeconds(headers.get("Age")) ?? 0, apparent);
}

function parseDate(value: string | null): number | null {
  if (value === null) return null;
  const milliseconds = Date.parse(value);
  return Number.isNaN(milliseconds) ? null : milliseconds;
}
