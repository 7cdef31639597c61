declare const hostnameBrand: unique symbol;
declare const wildcardBrand: unique symbol;

/**
 * A DNS hostname in its one written form: lower-case ASCII, RFC 1123 labels, no trailing dot, no port, not an
 * IP address. Only {@link parseHostname} makes one, so two of them are equal exactly when they are the same string.
 */
export type Hostname = string & { readonly [hostnameBrand]: true };

/** `*.` and a hostname of two labels or more: stands for exactly one label before the rest (RFC 6125 6.4.3). */
export type Wildcard = string & { readonly [wildcardBrand]: true };

/** A key of the mapping's `hosts`. */
export type HostPattern = Hostname | Wildcard;

/** A Host header or the authority of a URL, taken apart. */
export interface Authority {
  readonly hostname: Hostname;
  /** 1 to 65535, or null where none is written. */
  readonly port: number | null;
}

// RFC 1123 2.1: letters, digits and inner hyphens, 1 to 63 octets. Underscores are not hostnames.
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_LENGTH = 253;
// WHATWG URL 3.5 ("ends in a number"): a last label of digits or 0x.. is read as an IPv4 address by URL parsers.
const NUMBER_LIKE = /^(?:[0-9]+|0x[0-9a-f]*)$/;
const UPPER_CASE = /[A-Z]/g;

function isWritten(name: string): boolean {
  if (name.length === 0 || name.length > MAX_LENGTH) return false;
  const labels = name.split(".");
  const last = labels.at(-1);
  return (
    last !== undefined && !NUMBER_LIKE.test(last) && labels.every((label) => LABEL.test(label))
  );
}

/**
 * The one normaliser, for SNI, Host and the mapping alike: TLS peers and visitors write names in any case and with
 * a trailing dot, and a comparison of two writings is a bypass. Folds ASCII only: `toLowerCase` would fold the
 * Kelvin sign (U+212A) into `k`.
 *
 * @returns null for whatever is not a hostname; never throws.
 */
export function parseHostname(raw: string): Hostname | null {
  if (raw.length > MAX_LENGTH + 1) return null;
  const undotted = raw.endsWith(".") ? raw.slice(0, -1) : raw;
  const folded = undotted.replace(UPPER_CASE, (letter) => letter.toLowerCase());
  return isWritten(folded) ? (folded as Hostname) : null;
}

/**
 * A hostname, or `*.` before a hostname of two labels or more. Null for whatever is neither, and for a wildcard too
 * long to cover any hostname.
 */
export function parseHostPattern(raw: string): HostPattern | null {
  if (!raw.startsWith("*.")) return parseHostname(raw);
  const shortestCovered = parseHostname(`x${raw.slice(1)}`);
  return shortestCovered === null ? null : wildcardOver(shortestCovered);
}

/** Whether a pattern is a wildcard. */
export function isWildcard(pattern: HostPattern): pattern is Wildcard {
  return pattern.startsWith("*.");
}

/** The wildcard that would cover a hostname: its first label replaced; null for a hostname of fewer than three labels. */
export function wildcardOver(hostname: Hostname): Wildcard | null {
  const dot = hostname.indexOf(".");
  const parent = hostname.slice(dot + 1);
  return dot !== -1 && parent.includes(".") ? (`*.${parent}` as Wildcard) : null;
}

/** Whether a hostname is the pattern, or is covered by it: a wildcard stands for one whole label, never for none or two. */
export function patternMatches(pattern: HostPattern, hostname: Hostname): boolean {
  return isWildcard(pattern)
    ? wildcardOver(hostname) === pattern
    : pattern === (hostname as HostPattern);
}

const PORT = /^[1-9][0-9]{0,4}$/;

/**
 * Reads a Host header (RFC 9110 7.2: `uri-host [":" port]`), strictly: no userinfo, no path, no list, no white space,
 * no IP literal, no empty port. Null for all of those.
 */
export function parseAuthority(raw: string): Authority | null {
  const colon = raw.indexOf(":");
  const hostname = parseHostname(colon === -1 ? raw : raw.slice(0, colon));
  if (hostname === null) return null;
  if (colon === -1) return { hostname, port: null };
  const digits = raw.slice(colon + 1);
  if (!PORT.test(digits)) return null;
  const port = Number(digits);
  return port <= 65_535 ? { hostname, port } : null;
}
