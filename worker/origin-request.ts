import type { Origin } from "../shared/origin.ts";
import { originHeaders } from "./origin-headers.ts";
import type { PublicUrl } from "./public-url.ts";
import { bodyOf, type Visit } from "./visit.ts";

/** What a binding is asked for: the arguments of its `fetch`. */
export type OriginRequest = readonly [url: string, init: RequestInit];

/**
 * A request that cannot be pulled, and the status that says so.
 *
 * A body on GET or HEAD has no meaning (RFC 9110 9.3.1), the runtime cannot send one, and dropping it in silence would
 * pull something else than was asked for. TRACE and CONNECT are never meant for an application.
 */
export function unpullable(method: string, hasBody: boolean): 400 | 405 | null {
  if (method === "TRACE" || method === "TRACK" || method === "CONNECT") return 405;
  return hasBody && (method === "GET" || method === "HEAD") ? 400 : null;
}

/**
 * The URL of a pull. Put together as text on purpose: resolved against the origin, a path such as `//evil.example/`
 * would be another host, and the pull certificate would go there.
 */
export function originUrl(origin: Origin, { path, search }: PublicUrl): string {
  return `${origin.url}${path}${search}`;
}

/**
 * The request of a pull: no `Request` of its own, of which the runtime would make another before it sends it.
 *
 * Redirects are the visitor's to follow: followed here, the certificate and the headers would go wherever Location says.
 *
 * @param secret what the entry sends in `X-Pull-Secret`; null where it sends none.
 * @param signal aborts the pull; the visitor's own signal is never passed through.
 */
export function originRequest(
  visit: Visit,
  origin: Origin,
  secret: string | null,
  signal: AbortSignal,
): OriginRequest {
  const { method } = visit;
  const headers = originHeaders(visit, secret);
  const body = bodyOf(visit);
  return [originUrl(origin, visit.url), { method, headers, body, redirect: "manual", signal }];
}
