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
 * Makes the visitor's headers those of a pull: without those of one connection (RFC 9110 7.6.1), those that `Connection`
 * nominates, and everything that claims who the visitor or the peer is; then ours.
 *
 * Ours come last, so `Connection: X-Forwarded-For` cannot take them away.
 *
 * In place, and by the names alone: each value that is read, and each that is written, is one more copy between the runtime
 * and the script, and a pull's headers were half of what it cost.
 *
 * @param headers a copy of `from`, which becomes the pull's.
 */
export function makeOriginHeaders(
  headers: Headers,
  from: Headers,
  visitor: Visitor,
  isWebSocket: boolean,
): void {
  const nominated = connectionTokens(from.get("Connection") ?? "");
  for (const name of from.keys()) {
    if (isNeverPassedOn(name) || nominated.includes(name)) headers.delete(name);
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
}

// Visitors send the same few names, and the list of what claims an identity is long. They can also send any: what is
// remembered is bounded, and begins anew where somebody fills it.
const MAX_REMEMBERED = 256;
const remembered = new Map<string, boolean>();

function isNeverPassedOn(name: string): boolean {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const never = HOP_BY_HOP.has(name) || RUNTIME.has(name) || isIdentityHeader(name);
  if (remembered.size === MAX_REMEMBERED) remembered.clear();
  remembered.set(name, never);
  return never;
}

// An IPv4 or IPv6 literal, or nothing: what stands in an address's place is never passed on as one.
const ADDRESS = /^[0-9a-f:.]{2,45}$/i;

/** The visitor's address as the edge wrote it into CF-Connecting-IP (a visitor cannot: the edge overwrites it). */
export function visitorAddress(from: Headers): string | null {
  const address = from.get("CF-Connecting-IP");
  return address !== null && ADDRESS.test(address) ? address : null;
}

/**
 * Makes the headers of the application's answer the visitor's: without those of one connection, and without `Pull-Refusal`.
 * In place, as {@link makeOriginHeaders}.
 *
 * @param headers a copy of `from`, which becomes the visitor's.
 */
export function makeVisitorHeaders(headers: Headers, from: Headers): void {
  const nominated = connectionTokens(from.get("Connection") ?? "");
  for (const name of from.keys()) {
    const isNominated = nominated.includes(name) && !KEPT_WHATEVER_CONNECTION_SAYS.has(name);
    if (isNominated || HOP_BY_HOP.has(name) || OURS_ALONE.has(name)) headers.delete(name);
  }
}

// Of the WebSocket handshake with the origin (the visitor has one of their own, with another key), and of the verifier.
const OURS_ALONE = new Set([
  "sec-websocket-accept",
  "sec-websocket-extensions",
  PULL_REFUSAL.toLowerCase(),
]);
// A response's framing and its right to be stored are no matter of one connection, whoever nominates them.
const KEPT_WHATEVER_CONNECTION_SAYS = new Set(["content-length", "cache-control", "set-cookie"]);
