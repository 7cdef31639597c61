import { connectionTokens, HOP_BY_HOP } from "../../shared/wire.ts";
import type { VisitorScheme } from "./way-of-pull.ts";

/** What the edge knows of a visitor, and of the request as its own. */
export interface Visitor {
  readonly address: string;
  readonly scheme: VisitorScheme;
  /** The request's id: `0123456789abcdef-LOC`. */
  readonly ray: string;
}

/** Names that the edge writes itself: whatever a visitor says under them is gone. */
const OURS = new Set([
  "host",
  "accept-encoding",
  // Answered at this hop.
  "expect",
  "x-forwarded-for",
  "x-forwarded-proto",
  "cf-connecting-ip",
  "cf-ray",
  "cf-visitor",
  "cf-ipcountry",
  "cdn-loop",
]);

/**
 * The headers of a pull: the visitor's own without those of one connection, and the edge's. As Cloudflare does it,
 * anything else that a visitor claims passes through (X-Pull-Hostname, Client-Cert): to believe none of it is the origin's part.
 *
 * @param rawHeaders names and values in turn, as node:http gives them; so is what is returned.
 * @param host the Host of the pull.
 */
export function pullHeaders(
  rawHeaders: readonly string[],
  host: string,
  { address, scheme, ray }: Visitor,
): string[] {
  const forwardedFor = valuesOf(rawHeaders, "x-forwarded-for");
  const loop = valuesOf(rawHeaders, "cdn-loop");
  return [
    "Host",
    host,
    ...passedOn(rawHeaders, (name) => !OURS.has(name)),
    // Cloudflare asks for gzip and br, and unpacks for visitors who cannot; here nothing unpacks, so nothing is packed.
    "Accept-Encoding",
    "identity",
    "X-Forwarded-For",
    // What the visitor said stays in front: only the last address is the edge's word.
    [...forwardedFor, address].join(", "),
    "X-Forwarded-Proto",
    scheme,
    "CF-Connecting-IP",
    address,
    "CF-RAY",
    ray,
    "CF-Visitor",
    JSON.stringify({ scheme }),
    // ISO 3166's code for nowhere.
    "CF-IPCountry",
    "XX",
    "CDN-Loop",
    [...loop, "cloudflare; loops=1"].join(", "),
  ];
}

/** Headers without those of one connection (RFC 9110 7.6.1), and without those that are not wanted. */
export function passedOn(
  rawHeaders: readonly string[],
  wanted: (name: string) => boolean = () => true,
): string[] {
  const nominated = new Set(valuesOf(rawHeaders, "connection").flatMap(connectionTokens));
  const headers: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const written = rawHeaders[at] as string;
    const name = written.toLowerCase();
    if (HOP_BY_HOP.has(name) || nominated.has(name) || !wanted(name)) continue;
    headers.push(written, rawHeaders[at + 1] as string);
  }
  return headers;
}

function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.flatMap((value, at) =>
    at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name ? [value] : [],
  );
}
