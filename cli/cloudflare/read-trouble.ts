import type { APIError } from "cloudflare/core/error";
import { messageOf } from "../manners/failure.ts";
import type { Endpoint, Part } from "./endpoint.ts";
import type { Trouble } from "./trouble.ts";

/**
 * The numbers that Cloudflare uses for Authenticated Origin Pulls. They come from people who run tools against the live
 * API, and mean this there and nowhere else.
 */
const AOP_CODES: Readonly<Record<number, (said: string) => Trouble>> = {
  1404: () => ({ kind: "wrong id" }),
  1406: () => ({ kind: "same certificate" }),
  1408: (said) => ({ kind: "unreadable", said }),
  1412: () => ({ kind: "not a leaf" }),
  1414: () => ({ kind: "pending deletion" }),
  1415: () => ({ kind: "wrong id" }),
  1433: (said) => ({ kind: "in use", said }),
  1434: () => ({ kind: "pending deployment" }),
  1551: (said) => ({ kind: "not there", said }),
  1552: (said) => ({ kind: "not there", said }),
  1553: (said) => ({ kind: "not there", said }),
};

const STORE_CODES: typeof AOP_CODES = {
  1408: (said) => ({ kind: "unreadable", said }),
  1412: () => ({ kind: "not a leaf" }),
  1471: () => ({ kind: "same certificate" }),
};

// 10007: no such script; 10090: no such service.
const WORKER_CODES: typeof AOP_CODES = {
  10007: (said) => ({ kind: "not there", said }),
  10090: (said) => ({ kind: "not there", said }),
};

const CODES: Readonly<Record<Part, typeof AOP_CODES>> = {
  "account store": STORE_CODES,
  "hostname certificates": AOP_CODES,
  "hostname associations": AOP_CODES,
  "zone certificates": AOP_CODES,
  "zone settings": {},
  zones: {},
  "DNS records": {},
  "load balancers": {},
  pools: {},
  "configuration rules": {},
  "page rules": {},
  "origin rules": {},
  "Worker routes": {},
  "custom hostnames": {},
  "Access applications": {},
  Workers: WORKER_CODES,
  notifications: {},
};

// 6003, 6111: a header that cannot be read; 9106: none. 1000, 9109 and 10000 go with 400, 401 and 403, for several reasons.
const TOKEN_CODES = [6003, 6111, 9106];

// 7000: no such path; 7003: an identifier in it that leads nowhere.
const NO_ROUTE_CODES = [7000, 7003];

/** Reads what the SDK threw. */
export function readTrouble(thrown: unknown, { part }: Endpoint): Trouble {
  if (!isApiError(thrown)) return { kind: "unreachable", why: messageOf(thrown) };
  const { status } = thrown;
  if (status === undefined) return { kind: "unreachable", why: whyUnreachable(thrown) };
  const { code = null, message = "" } = thrown.errors[0] ?? {};
  const said = printable(message);
  if (status === 429) return { kind: "too many requests" };
  if (status >= 500) return { kind: "unavailable", status };
  const known = code === null ? undefined : CODES[part][code];
  if (known !== undefined) return known(said);
  if (status === 401 || (code !== null && TOKEN_CODES.includes(code))) {
    return { kind: "token refused", said };
  }
  if (status === 403) return { kind: "not permitted", said };
  // A path that leads nowhere says nothing of what was asked for: a wrong zone must not look like a deletion that is done.
  if (code !== null && NO_ROUTE_CODES.includes(code))
    return { kind: "refused", status, code, said };
  if (status === 404) return { kind: "not there", said };
  if (status === 409) return { kind: "zone is busy" };
  return { kind: "refused", status, code, said };
}

/** The SDK's class is loaded lazily, so an error is known by its form. */
function isApiError(thrown: unknown): thrown is APIError {
  return thrown instanceof Error && "errors" in thrown && Array.isArray(thrown.errors);
}

/** undici says "fetch failed" and keeps the reason (ECONNREFUSED, a certificate that does not match) one or two steps below. */
function whyUnreachable(error: Error): string {
  let why = error;
  while (why.cause instanceof Error) why = why.cause;
  return printable(messageOf(why));
}

/** Somebody else's text on our terminal: without control characters, and not endless. */
function printable(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, " ").slice(0, 300);
}
