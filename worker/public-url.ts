import { parseAuthority, parseHostname, type Hostname } from "../shared/hostname.ts";
import { remembering } from "./remembering.ts";

/** Where a visitor went: the hostname in its one written form, and the URL with it. */
export interface PublicUrl {
  readonly hostname: Hostname;
  /** The key of the cache: scheme, hostname, port, path and query; no fragment. */
  readonly href: string;
  readonly protocol: "http" | "https";
  readonly path: string;
  readonly search: string;
}

/**
 * Reads a request's URL, the one place where a visitor's hostname comes from: `SHOP.example.com.` and
 * `shop.example.com` are one hostname and one cache key.
 *
 * @returns null where the host is not a hostname (an address, an underscore, a single dot), or no host to a parser.
 */
export function parsePublicUrl(raw: string): PublicUrl | null {
  const plain = PLAIN.exec(raw);
  return plain === null ? parseAny(raw) : parsePlain(raw, plain);
}

/**
 * A URL that a parser gives back as it is: lower-case hostname, no port, no segment that begins with a dot, nothing that is or
 * would be percent-encoded but in its query. Most are; and the runtime's own `URL`, an object with a question for each part, costs a
 * tenth of what a bare Worker does for a whole visit.
 *
 * A label that begins with `xn--` and a last one that begins with a digit (an IPv4 address, to a parser) are for the parser.
 */
const PLAIN =
  /^(https?):\/\/((?:(?!xn--)[a-z0-9-]+\.)+(?!xn--)[a-z][a-z0-9-]*)((?:\/[\w!$&()*+,;=:@~-][\w!$&()*+,;=:@~.-]*)*\/?)(\?[\w!$&()*+,;=:@~./?%-]*)?$/;

const readHostname = remembering(parseHostname);

function parsePlain(
  href: string,
  [, protocol, host = "", path = "", search = ""]: RegExpExecArray,
): PublicUrl | null {
  const hostname = readHostname(host);
  // Without a path, or with a query that is only its question mark, a parser writes another URL.
  if (hostname === null || path === "" || search === "?") return parseAny(href);
  return { hostname, href, protocol: protocol === "https" ? "https" : "http", path, search };
}

function parseAny(raw: string): PublicUrl | null {
  const url = URL.parse(raw);
  const authority = url === null ? null : parseAuthority(url.host);
  if (url === null || authority === null) return null;
  const { hostname, port } = authority;
  const protocol = url.protocol === "https:" ? "https" : "http";
  const { pathname: path, search } = url;
  const host = port === null ? hostname : `${hostname}:${port}`;
  return { hostname, href: `${protocol}://${host}${path}${search}`, protocol, path, search };
}
