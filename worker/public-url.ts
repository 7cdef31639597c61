import { parseAuthority, type Hostname } from "../shared/hostname.ts";

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
 * @returns null where the host is not a hostname (an address, an underscore, a single dot).
 */
export function parsePublicUrl(raw: string): PublicUrl | null {
  const url = new URL(raw);
  const authority = parseAuthority(url.host);
  if (authority === null) return null;
  const { hostname, port } = authority;
  const protocol = url.protocol === "https:" ? "https" : "http";
  const { pathname: path, search } = url;
  const host = port === null ? hostname : `${hostname}:${port}`;
  return { hostname, href: `${protocol}://${host}${path}${search}`, protocol, path, search };
}
