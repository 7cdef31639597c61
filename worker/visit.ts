import type { PublicUrl } from "./public-url.ts";

/** Headers by their names in lower case; the lines of one name are one, joined by commas (RFC 9110 5.3). */
export type HeaderValues = ReadonlyMap<string, string>;

/** A visitor's request for a hostname, with what is asked of it again and again read once. */
export interface Visit {
  /** The runtime's own, for its body, its signal and its headers as they came. */
  readonly request: Request;
  readonly url: PublicUrl;
  readonly method: string;
  readonly headers: HeaderValues;
}

/**
 * Reads a request.
 *
 * All of its headers at once: each question to the runtime's own `Headers` goes from the script to the runtime and back, and
 * a dozen of them cost more than to have them all.
 */
export function readVisit(request: Request, url: PublicUrl): Visit {
  const headers = new Map<string, string>();
  for (const [name, value] of request.headers) {
    // The runtime has joined all but `Set-Cookie`, which is no request's.
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { request, url, method: request.method, headers };
}

/** Whether it asks for a WebSocket. */
export function asksForWebSocket(headers: HeaderValues): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** Its body; null where it has none. `Content-Length: 0`, which some write on every GET, is none. */
export function bodyOf({ request, headers }: Visit): ReadableStream<Uint8Array> | null {
  return headers.get("content-length") === "0" ? null : request.body;
}
