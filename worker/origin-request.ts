import type { Origin } from "../shared/origin.ts";
import { X_PULL_SECRET } from "../shared/wire.ts";
import { makeOriginHeaders, visitorAddress } from "./origin-headers.ts";
import type { PublicUrl } from "./public-url.ts";

/** Whether a request asks for a WebSocket. */
export function asksForWebSocket(headers: Headers): boolean {
  return headers.get("Upgrade")?.toLowerCase() === "websocket";
}

/** A request's body; null where it has none. `Content-Length: 0`, which some write on every GET, is none. */
export function bodyOf(request: Request): ReadableStream<Uint8Array> | null {
  return request.headers.get("Content-Length") === "0" ? null : request.body;
}

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
 * The request of a pull.
 *
 * Redirects are the visitor's to follow: followed here, the certificate and the headers would go wherever Location says.
 *
 * @param secret what the entry sends in `X-Pull-Secret`; null where it sends none.
 * @param signal aborts the pull; the visitor's own signal is never passed through.
 */
export function originRequest(
  request: Request,
  publicUrl: PublicUrl,
  origin: Origin,
  secret: string | null,
  signal: AbortSignal,
): Request {
  const { method, headers } = request;
  const { hostname, protocol } = publicUrl;
  const body = bodyOf(request);
  const url = originUrl(origin, publicUrl);
  const pull = new Request(url, { method, headers, body, redirect: "manual", signal });
  const visitor = { hostname, protocol, address: visitorAddress(headers) };
  makeOriginHeaders(pull.headers, headers, visitor, asksForWebSocket(headers));
  // A visitor's own was removed with all of X-Pull-*.
  if (secret !== null) pull.headers.set(X_PULL_SECRET, secret);
  return pull;
}
