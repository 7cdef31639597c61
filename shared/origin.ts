import { parseAuthority, type Hostname } from "./hostname.ts";

/** Where an entry's pulls go. */
export interface Origin {
  /** `https://name` or `https://name:port`, with nothing after it; 443 is never written. */
  readonly url: string;
  /** The origin hostname: SNI and Host of every pull. */
  readonly hostname: Hostname;
  /** 1 to 65535; 443 where the mapping names none. */
  readonly port: number;
}

const SCHEME = "https://";

/**
 * Reads `origin` by a strict grammar: `https://`, a hostname in lower case, a port unless it is 443, nothing after. No
 * URL parser is asked, because those repair: `https:/\\name`, `HTTPS://user@name` and `https://0x7f.1` all "work".
 * One origin has one writing.
 *
 * @returns null and nothing else for whatever is outside the grammar.
 */
export function parseOrigin(raw: string): Origin | null {
  const origin = repaired(raw);
  return origin?.url === raw ? origin : null;
}

/** The origins in a value of any shape, one or a list, and where in the list each stands: those that parse. */
export function writtenOrigins(raw: unknown): readonly (readonly [index: number, Origin])[] {
  return [raw].flat().flatMap((one: unknown, index) => {
    const origin = typeof one === "string" ? parseOrigin(one) : null;
    return origin === null ? [] : [[index, origin] as const];
  });
}

function repaired(raw: string): Origin | null {
  if (!raw.startsWith(SCHEME)) return null;
  const authority = parseAuthority(raw.slice(SCHEME.length));
  if (authority === null) return null;
  const port = authority.port ?? 443;
  const suffix = port === 443 ? "" : `:${port}`;
  return { url: `${SCHEME}${authority.hostname}${suffix}`, hostname: authority.hostname, port };
}

/** Says why a text is no origin, with what to write instead. */
export function originProblem(raw: string): string {
  const meant = repaired(raw);
  if (meant !== null) return `write it as ${meant.url}`;
  if (/^http:\/\//i.test(raw)) {
    return "a pull is always https: plain http carries no certificate (write https://...)";
  }
  if (raw.startsWith(SCHEME) && /[/?#]/.test(raw.slice(SCHEME.length))) {
    return "not an origin: nothing may follow the hostname and port (the visitor's path is used)";
  }
  return "not an origin (https://, a hostname, an optional port: https://origin-shop.example.net)";
}
