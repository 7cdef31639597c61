import { parseHostPattern } from "./hostname.ts";
import { failed, keysOf, pathTo, type Problem } from "./problem.ts";

const ISSUER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const NOT_A_LIST = "expected an object, found a list";

/** The keys of `issuers`. */
export function issuerNameProblems(rawIssuers: unknown): readonly Problem[] {
  if (Array.isArray(rawIssuers)) return failed("issuers", NOT_A_LIST).problems;
  return keysOf(rawIssuers)
    .filter((name) => !ISSUER_NAME.test(name))
    .map((name) => ({
      path: pathTo("issuers", name),
      message: "not an issuer's name (letters, digits, _ and -, up to 64, a letter or digit first)",
    }));
}

/** The keys of `hosts`: at least one, each in its one writing, as two writings of a hostname would be two entries for it. */
export function hostnameProblems(rawHosts: unknown): readonly Problem[] {
  if (Array.isArray(rawHosts)) return failed("hosts", NOT_A_LIST).problems;
  const keys = keysOf(rawHosts);
  if (keys.length === 0 && typeof rawHosts === "object" && rawHosts !== null) {
    return failed("hosts", "empty: map at least one hostname").problems;
  }
  return keys.flatMap((key) => {
    const pattern = parseHostPattern(key);
    if (pattern === key) return [];
    const message =
      pattern === null
        ? "not a hostname (shop.example.com), nor a wildcard for one label (*.tenant.example.com)"
        : `write it as ${pattern}`;
    return [{ path: pathTo("hosts", key), message }];
  });
}
