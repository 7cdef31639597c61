import { deltaSeconds, parseCacheControl } from "./cache-control.ts";
import { parseHttpDate } from "./http-date.ts";

// A year, as other caches have it, and the furthest that an Expires should ever be (RFC 2616 14.21): what says more is a mistake,
// and would be kept until somebody finds out.
const MAX_LIFETIME = 31_536_000;

/**
 * Whole seconds for which an answer may still be served by a shared cache (RFC 9111 4.2): its lifetime (s-maxage, else
 * max-age, else Expires) without its age. 0 where it says nothing of freshness, nothing that can be read, or is stale:
 * there is no heuristic freshness here.
 *
 * @param now milliseconds since 1970, when the answer arrived.
 */
export function remainingSeconds(headers: Headers, now: number): number {
  const seconds = Math.min(lifetime(headers, now), MAX_LIFETIME);
  return Math.max(0, Math.floor(seconds - currentAge(headers, now)));
}

function lifetime(headers: Headers, now: number): number {
  const directives = parseCacheControl(headers.get("Cache-Control"));
  for (const name of ["s-maxage", "max-age"]) {
    // A directive that is there and cannot be read means stale (RFC 9111 4.2.1), not "look at the next one".
    if (directives.has(name)) return deltaSeconds(directives.get(name)) ?? 0;
  }
  // One that cannot be read, `0` above all, is in the past (RFC 9111 5.3).
  const expires = parseHttpDate(headers.get("Expires"), now);
  return expires === null ? 0 : (expires - (dateOf(headers, now) ?? now)) / 1000;
}

/** RFC 9111 4.2.3: the greater of what Age says and what Date shows. A cache before the application counts, too. */
function currentAge(headers: Headers, now: number): number {
  const date = dateOf(headers, now);
  // Date has no fractions of a second: counting those of the clock would make everything a second older.
  const apparent = date === null ? 0 : Math.max(0, Math.floor((now - date) / 1000));
  // An Age that cannot be read is ignored (RFC 9111 5.1).
  return Math.max(deltaSeconds(headers.get("Age")) ?? 0, apparent);
}

/** A Date that cannot be read is as none. */
function dateOf(headers: Headers, now: number): number | null {
  return parseHttpDate(headers.get("Date"), now);
}
