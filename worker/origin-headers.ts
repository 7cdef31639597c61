import type { Hostname } from "../shared/hostname.ts";
import { HOP_BY_HOP, PULL_REFUSAL, connectionTokens, isIdentityHeader } from "../shared/wire.ts";

/** What the origin is told of the visitor, by us and nobody else. */
export interface Visitor {
  readonly hostname: Hostname;
  readonly protocol: "http" | "https";
  /** The address that the edge saw; null where it named none. */
  readonly address: string | null;
}

// The runtime's: Host is the URL's, the length is the body's, and the WebSocket handshake is its own on each leg.
const RUNTIME = new Set([
  "host",
  "content-length",
  "expect",
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-extensions",
  "sec-websocket-accept",
]);

/**
 * One representation for everybody: the cache ignores `Vary`, so what an application chooses by Accept-Encoding must not
 * differ. `identity`, because the edge compresses for each visitor by itself, and Range and ETag stay those of the content.
 */
const ACCEPT_ENCODING = "identity";

/**
 * The headers of a pull: the visitor's, without those of one connection (RFC 9110 7.6.1), those that `Connection`
 * nominates, and everything that claims who the visitor or the peer is; then ours.
 *
 * Ours come last, so `Connection: X-Forwarded-For` cannot take them away.
 */
export function originHeaders(from: Headers, visitor: Visitor, isWebSocket: boolean): Headers {
  const nominated = new Set(connectionTokens(from.get("Connection") ?? ""));
  const headers = new Headers();
  for (const [name, value] of from) {
    const removed =
      HOP_BY_HOP.has(name) || nominated.has(name) || RUNTIME.has(name) || isIdentityHeader(name);
    if (!removed) headers.append(name, value);
  }
  headers.set("Accept-Encoding", ACCEPT_ENCODING);
  headers.set("X-Forwarded-Host", visitor.hostname);
  headers.set("X-Forwarded-Proto", visitor.protocol);
  if (visitor.address !== null) {
    headers.set("X-Forwarded-For", visitor.address);
    // Towards an origin outside of Cloudflare the platform sends this itself; the local runtime does not.
    headers.set("CF-Connecting-IP", visitor.address);
  }
  // The two hop-by-hop headers that make an upgrade; the runtime writes Connection itself.
  if (isWebSocket) headers.set("Upgrade", "websocket");
  return headers;
}

// An IPv4 or IPv6 literal, or nothing: what stands in an address's place is never passed on as one.
const ADDRESS = /^[0-9a-f:.]{2,45}$/i;

/** The visitor's address as the edge wrote it into CF-Connecting-IP (a visitor cannot: the edge overwrites it). */
export function visitorAddress(from: Headers): string | null {
  const address = from.get("CF-Connecting-IP");
  return address !== null && ADDRESS.test(address) ? address : null;
}

/** The headers of the application's answer, without those of one connection and without `Pull-Refusal`. */
export function visitorHeaders(from: Headers): Headers {
  const headers = new Headers(from);
  const nominated = connectionTokens(from.get("Connection") ?? "").filter(
    (name) => !KEPT_WHATEVER_CONNECTION_SAYS.has(name),
  );
  for (const name of [...HOP_BY_HOP, ...nominated, ...HANDSHAKE, PULL_REFUSAL]) {
    // A nominated token that is no header name would throw.
    if (TOKEN.test(name)) headers.delete(name);
  }
  return headers;
}

// Of the WebSocket handshake with the origin; the visitor has one of their own, with another key.
const HANDSHAKE = ["sec-websocket-accept", "sec-websocket-extensions"];
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// A response's framing and its right to be stored are no matter of one connection, whoever nominates them.
const KEPT_WHATEVER_CONNECTION_SAYS = new Set(["content-length", "cache-control", "set-cookie"]);
