import {
  canonicalHeaderName,
  CF_ACCESS_TOKEN,
  HOP_BY_HOP,
  isIdentityHeader,
  METHOD_OVERRIDES,
  X_PULL_SECRET,
} from "../../shared/wire.ts";
import { rememberNames } from "../../shared/remember-names.ts";

/** What a request's header is by its name alone. */
export interface HeaderName {
  readonly written: string;
  /** As it is compared. */
  readonly lower: string;
  /** Whether it is a token (RFC 9110 5.6.2). */
  readonly isToken: boolean;
  /** Said by one header line each, or the two readers of the two lines disagree; null for what may come again. */
  readonly single: Single | null;
  readonly isSecret: boolean;
  /** Whether it is the token of Cloudflare Access. */
  readonly isAccessToken: boolean;
  readonly isConnection: boolean;
  /** Whether the fast reader takes it in its one usual writing alone: the authority, the framing, the connection. */
  readonly hasOneWriting: boolean;
  /** Of this one connection by its name, whatever `Connection` says. */
  readonly isHopByHop: boolean;
  /** A bit of its own for each that is kept from an accepted pull, where it is said once; 0 for all others. */
  readonly keptIdentity: number;
  /** Whether some applications take its value for the method. */
  readonly isMethodOverride: boolean;
  /** Whether the application may see it. */
  readonly isForApplication: boolean;
}

/** RFC 9110 5.6.2: a token. */
export const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What may stand in one header line of a request. */
export type Single =
  | "host"
  | "content-length"
  | "transfer-encoding"
  | "expect"
  | "upgrade"
  | "x-forwarded-host";

const SINGLES: readonly Single[] = [
  "host",
  "content-length",
  "transfer-encoding",
  "expect",
  "upgrade",
  "x-forwarded-host",
];

/** Kept from an accepted pull, one line each: the Worker sets the first two, Cloudflare's edge sets the third. */
const KEPT_IDENTITY = ["x-forwarded-for", "x-forwarded-proto", "cf-connecting-ip"];

// Written for the next hop by us alone; with `_` for `-` a CGI-like application would read them all the same.
const OURS = new Set(["host", "content-length", "transfer-encoding", "expect"]);

const ONE_WRITING = new Set(["host", "content-length", "transfer-encoding", "connection"]);

/** HTTP_PROXY in a CGI-like application (CVE-2016-5385, "httpoxy"). */
const NEVER = new Set(["proxy"]);

const SECRET = X_PULL_SECRET.toLowerCase();

/**
 * Handed on where the mapping asks for it, of an accepted pull: then it was judged. Elsewhere it would be a name that nobody has
 * checked, and an application that only decodes it would believe anybody.
 */
const TOKEN = CF_ACCESS_TOKEN.toLowerCase();

/**
 * What a header is by its name, as it is written. Names come again: two dozen patterns for each header of each pull cost as
 * much as all the rest of it.
 */
export const headerName: (written: string) => HeaderName = rememberNames(read).answer;

function read(written: string): HeaderName {
  const lower = written.toLowerCase();
  const canonical = canonicalHeaderName(lower);
  const keptIdentity = (1 << KEPT_IDENTITY.indexOf(lower)) & 0b111;
  return {
    written,
    lower,
    isToken: FIELD_NAME.test(written),
    single: SINGLES.find((single) => single === lower) ?? null,
    isSecret: lower === SECRET,
    isAccessToken: lower === TOKEN,
    isConnection: lower === "connection",
    hasOneWriting: ONE_WRITING.has(lower),
    isHopByHop: HOP_BY_HOP.has(lower),
    keptIdentity,
    isMethodOverride: METHOD_OVERRIDES.has(canonical),
    isForApplication:
      keptIdentity !== 0 ||
      (!OURS.has(canonical) &&
        !NEVER.has(canonical) &&
        canonical !== TOKEN &&
        !isIdentityHeader(canonical)),
  };
}
