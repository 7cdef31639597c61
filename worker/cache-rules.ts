import { CF_ACCESS_TOKEN, canonicalHeaderName, METHOD_OVERRIDES } from "../shared/wire.ts";
import { parseCacheControl } from "./cache-control.ts";
import { remainingSeconds } from "./freshness.ts";
import { MAX_STORED_BYTES } from "./kept-copy.ts";
import { remembering } from "./remembering.ts";
import { asksForWebSocket, type HeaderValues } from "./visit.ts";

// With these a request wants an answer that a cache which knows neither cannot give (RFC 9110 13.1), or that is for one
// visitor alone (RFC 9111 3.5).
const ROUND_THE_CACHE: ReadonlySet<string> = new Set([
  "authorization",
  // A token of Cloudflare Access, which is asked for on the pull. A stored answer would be given without.
  CF_ACCESS_TOKEN.toLowerCase(),
  "if-match",
  "if-unmodified-since",
  "if-range",
  // What is answered to another method is for one visitor, never for all.
  ...METHOD_OVERRIDES,
]);

// In any writing: what an application reads as one of them has to go round.
const goesRound = remembering((name) => ROUND_THE_CACHE.has(canonicalHeaderName(name)));

/** Whether the cache may answer this request: GET and HEAD, and nothing that goes round it. */
export function mayLookUp(method: string, headers: HeaderValues): boolean {
  if ((method !== "GET" && method !== "HEAD") || asksForWebSocket(headers)) return false;
  for (const name of headers.keys()) if (goesRound(name)) return false;
  return true;
}

// What may be stored with explicit freshness (RFC 9111 3, RFC 9110 15.1). 206 never, 304 never, and no server's error:
// it would outlive its cause.
const STORABLE_STATUSES = new Set([200, 203, 204, 300, 301, 302, 307, 308, 404, 410]);
// What they say takes the place of Cache-Control for a cache like this one (RFC 9213 2.2). The cache below can follow Cache-Control
// alone, and a visitor is to get that as it was written: what carries one of these is not stored, whatever it says.
const TARGETED = ["CDN-Cache-Control", "Cloudflare-CDN-Cache-Control"] as const;
const FORBIDDING = ["no-store", "private", "no-cache"] as const;

/**
 * For how many seconds this answer may be stored in a shared cache (RFC 9111 3); 0 where it may not.
 *
 * Stricter than the RFC in what the cache below cannot do: it ignores `Vary` on a match, so an answer that varies by
 * anything but Accept-Encoding (of which every pull sends the same) is not stored; it does not revalidate, so `no-cache`
 * is not stored; what sets a cookie is one visitor's; and what is encoded although every pull asks for `identity` might
 * be read by nobody but the visitor who asked.
 *
 * @param visit one that {@link mayLookUp} has let through.
 * @param now milliseconds since 1970.
 */
export function storableSeconds(
  visit: { readonly method: string; readonly headers: HeaderValues },
  answer: { readonly status: number; readonly headers: Headers },
  now: number,
): number {
  const { headers } = answer;
  const directives = parseCacheControl(headers.get("Cache-Control"));
  const storable =
    visit.method === "GET" &&
    !parseCacheControl(visit.headers.get("cache-control") ?? null).has("no-store") &&
    STORABLE_STATUSES.has(answer.status) &&
    FORBIDDING.every((name) => !directives.has(name)) &&
    TARGETED.every((name) => !headers.has(name)) &&
    !headers.has("Set-Cookie") &&
    !headers.has("Content-Range") &&
    variesByEncodingAlone(headers.get("Vary")) &&
    isIdentity(headers.get("Content-Encoding")) &&
    (contentLength(headers) ?? 0) <= MAX_STORED_BYTES;
  return storable ? remainingSeconds(headers, now) : 0;
}

/** The length that frames a body; null where none is written, or nothing that can be read. */
export function contentLength(headers: Headers): number | null {
  const value = headers.get("Content-Length");
  return value !== null && /^[0-9]+$/.test(value) ? Number(value) : null;
}

function isIdentity(contentEncoding: string | null): boolean {
  return (contentEncoding ?? "identity").trim().toLowerCase() === "identity";
}

function variesByEncodingAlone(vary: string | null): boolean {
  return (vary ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .every((name) => name === "" || name === "accept-encoding");
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Whether what is stored under the same URL is to go: an unsafe method was answered without an error (RFC 9111 4.4). */
export function invalidates(method: string, status: number): boolean {
  return !SAFE.has(method) && status >= 200 && status < 400;
}
