import { HOP_BY_HOP, X_PULL_SECRET, isIdentityHeader } from "../shared/wire.ts";
import { tokensOf } from "../shared/tokens-of.ts";
import { remembering } from "./remembering.ts";
import { asksForWebSocket, type HeaderValues, type Visit } from "./visit.ts";

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

const PULL_SECRET = X_PULL_SECRET.toLowerCase();

/**
 * The headers of a pull: the visitor's without those of one connection (RFC 9110 7.6.1), those that `Connection` nominates,
 * and everything that claims who the visitor or the peer is; then ours.
 *
 * Ours come last, so `Connection: X-Forwarded-For` cannot take them away.
 *
 * As an object of texts, which costs the runtime less than a `Headers` of its own that is made, changed, copied and collected.
 * Where a value is no plain text, or must not be joined, the exception, all of that visit's are copied by the runtime: bytes and lines
 * as they came.
 *
 * @param secret what the entry sends in `X-Pull-Secret`; null where it sends none.
 */
export function originHeaders(visit: Visit, secret: string | null): OriginHeaders {
  const { headers } = visit;
  const nominated = tokensOf(headers.get("connection") ?? "");
  const isPassedOn = (name: string): boolean => !isNeverPassedOn(name) && !nominated.includes(name);
  const passed = noHeaders();
  for (const [name, value] of headers) {
    if (!isPassedOn(name)) continue;
    if (name === "set-cookie" || !IS_TEXT.test(value))
      return copiedHeaders(visit, secret, isPassedOn);
    passed[name] = value;
  }
  addOwn(passed, visit, secret);
  return passed;
}

/** What a request's `headers` may be. */
type OriginHeaders = Headers | Record<string, string>;

/** Without a prototype: `__proto__` is a header's name like any other. */
function noHeaders(): Record<string, string> {
  return { __proto__: null } as unknown as Record<string, string>;
}

/** Adds what the origin is told by us and nobody else. */
function addOwn(own: Record<string, string>, { url, headers }: Visit, secret: string | null): void {
  own["accept-encoding"] = ACCEPT_ENCODING;
  own["x-forwarded-host"] = url.hostname;
  own["x-forwarded-proto"] = url.protocol;
  const address = visitorAddress(headers);
  if (address !== null) {
    own["x-forwarded-for"] = address;
    // Towards an origin outside of Cloudflare the platform sends this itself; the local runtime does not.
    own["cf-connecting-ip"] = address;
  }
  // The two hop-by-hop headers that make an upgrade; the runtime writes Connection itself.
  if (asksForWebSocket(headers)) own["upgrade"] = "websocket";
  // A visitor's own was removed with all of X-Pull-*.
  if (secret !== null) own[PULL_SECRET] = secret;
}

/** The same by a copy of the runtime's own headers. */
function copiedHeaders(
  visit: Visit,
  secret: string | null,
  isPassedOn: (name: string) => boolean,
): Headers {
  const own = noHeaders();
  addOwn(own, visit, secret);
  const copied = new Headers(visit.request.headers);
  for (const name of visit.headers.keys()) if (!isPassedOn(name)) copied.delete(name);
  for (const [name, value] of Object.entries(own)) copied.set(name, value);
  return copied;
}

// A value of these characters is written as the text that the script has of it. Of any other it has not the bytes: they need not
// be UTF-8.
const IS_TEXT = /^[\x20-\x7e\t]*$/;

// The list of what claims an identity is long.
const isNeverPassedOn = remembering(
  (name) => HOP_BY_HOP.has(name) || RUNTIME.has(name) || isIdentityHeader(name),
);

// An IPv4 or IPv6 literal, or nothing: what stands in an address's place is never passed on as one.
const ADDRESS = /^[0-9a-f:.]{2,45}$/i;

/** The visitor's address as the edge wrote it into CF-Connecting-IP (a visitor cannot: the edge overwrites it). */
export function visitorAddress(headers: HeaderValues): string | null {
  const address = headers.get("cf-connecting-ip");
  return address !== undefined && ADDRESS.test(address) ? address : null;
}
