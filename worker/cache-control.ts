/** The directives of a Cache-Control header, names in lower case; null where a directive has no argument. */
export type CacheControl = ReadonlyMap<string, string | null>;

// token [ "=" ( token / quoted-string ) ], RFC 9111 5.2. A quoted string may hold commas: no-cache="a, b".
const DIRECTIVE = /([!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?/g;

/**
 * Reads Cache-Control. Of a directive that comes twice the first counts, but for the ages, where the smaller does
 * (RFC 9111 4.2.1: "the first occurrence" or "stale": this is as strict, and does not depend on the order).
 */
export function parseCacheControl(value: string | null): CacheControl {
  const directives = new Map<string, string | null>();
  for (const [, rawName = "", quoted, token] of (value ?? "").matchAll(DIRECTIVE)) {
    const name = rawName.toLowerCase();
    const argument = quoted ?? token ?? null;
    const before = directives.get(name);
    if (before === undefined) directives.set(name, argument);
    else directives.set(name, smaller(before, argument));
  }
  return directives;
}

function smaller(one: string | null, other: string | null): string | null {
  const [a, b] = [deltaSeconds(one), deltaSeconds(other)];
  return a !== null && b !== null && b < a ? other : one;
}

const MAX_DELTA = 2_147_483_648;

/** Delta-seconds (RFC 9111 1.2.2): digits alone, 2^31 at most; null for anything else, which is then no freshness at all. */
export function deltaSeconds(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^[0-9]+$/.test(text)) return null;
  return Math.min(Number(text), MAX_DELTA);
}
