import {
  isWildcard,
  patternMatches,
  type HostPattern,
  type Hostname,
} from "../../shared/hostname.ts";
import { CF_ACCESS_TOKEN, IDENTITY_HEADERS } from "../../shared/wire.ts";
import type { OriginFacts } from "./facts.ts";

/*
 * Regular expressions in the part of the language that PCRE, RE2 and HAProxy's engine read alike.
 */

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

/** An optional port behind a Host: 1 to 65535. */
export const OPTIONAL_PORT =
  "(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?";

/** One hostname or wildcard, without anchors. Hostnames hold nothing but letters, digits, `-` and `.`. */
export function hostPattern(pattern: HostPattern): string {
  const escaped = pattern.replaceAll(".", "\\.");
  return isWildcard(pattern) ? escaped.replace("*", () => LABEL) : escaped;
}

/** The one hostname that an origin hostname stands for; null where the Worker must say which of several. */
export function onlyHostname({ hostnames }: OriginFacts): Hostname | null {
  const [only] = hostnames;
  return hostnames.length === 1 && !isWildcard(only) ? only : null;
}

/**
 * The hostnames that an X-Forwarded-Host may name, where there are several: the Worker's. The edge sets none and passes on what
 * a visitor wrote, so where it presents for one of them, none is named. Empty where every pull is misdirected, as it is at the verifier.
 */
export function namedHostnames({ hostnames, byEdge }: OriginFacts): readonly HostPattern[] {
  return byEdge.length > 0 ? [] : hostnames;
}

/** Exact hostnames that one of those would cover, and that are another origin's. */
export function excludedHostnames(origin: OriginFacts): readonly HostPattern[] {
  const named = namedHostnames(origin);
  return origin.elsewhere.filter(
    (name) => !isWildcard(name) && named.some((pattern) => patternMatches(pattern, name)),
  );
}

/**
 * Digits of the whole numbers below one of ten digits, without anchors: servers that have no comparison of numbers have
 * regular expressions. Seconds since 1970 have ten digits from 2001 to 2286.
 */
export function below(limit: number): string {
  const digits = String(Math.min(Math.max(Math.ceil(limit), 0), 9_999_999_999)).padStart(10, "0");
  const alternatives = digits.split("").flatMap((digit, at) => {
    const smaller = Number(digit) - 1;
    if (smaller < 0) return [];
    const range = smaller === 0 ? "0" : `[0-${smaller}]`;
    const rest = digits.length - at - 1;
    return [`${digits.slice(0, at)}${range}${rest === 0 ? "" : `[0-9]{${rest}}`}`];
  });
  // "Nothing is below zero": an alternative that no number is.
  return alternatives.length === 0 ? "x" : `(?:${alternatives.join("|")})`;
}

/** Headers of wire.ts that an accepted pull says of the visitor, and that the application reads. */
export const KEPT_IDENTITY: readonly string[] = [
  "x-forwarded-for",
  "x-forwarded-proto",
  "cf-connecting-ip",
];

/**
 * What no request hands on: whatever claims who somebody is, and Cloudflare Access' token, which says who has logged in and
 * which nobody here has checked (an entry that asks for it is not rendered).
 */
export const REMOVED_HEADERS: readonly RegExp[] = [
  ...IDENTITY_HEADERS,
  new RegExp(`^${CF_ACCESS_TOKEN.toLowerCase()}$`),
];

/**
 * The names that are removed, as regular expressions over a header's name in lower case: with whatever is neither
 * letter nor digit for `-`, as applications fold them.
 */
export function identityPatterns(): readonly string[] {
  return REMOVED_HEADERS.map(({ source }) => withAnySeparator(source));
}

function withAnySeparator(source: string): string {
  let inClass = false;
  return source
    .split("")
    .map((character) => {
      if (character === "[") inClass = true;
      if (character === "]") inClass = false;
      return character === "-" && !inClass ? "[^a-z0-9]" : character;
    })
    .join("");
}
