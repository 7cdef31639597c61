import {
  canonicalHeaderName,
  CF_ACCESS_TOKEN,
  isIdentityHeader,
  X_PULL_FINGERPRINT,
  X_PULL_HOSTNAME,
  X_PULL_VERDICT,
} from "../../shared/wire.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import { rememberNames } from "./remember-names.ts";
import { isOfOneConnection, type RequestHead } from "./request-head.ts";

/** Kept from an accepted pull, one line each: the Worker sets the first two, Cloudflare's edge sets the third. */
const KEPT_IDENTITY = new Set(["x-forwarded-for", "x-forwarded-proto", "cf-connecting-ip"]);

// Written for the next hop by us alone; with `_` for `-` a CGI-like application would read them all the same.
const OURS = new Set(["host", "content-length", "transfer-encoding", "expect"]);

/**
 * Handed on where the mapping asks for it, of an accepted pull: then it was judged. Elsewhere it would be a name that nobody has
 * checked, and an application that only decodes it would believe anybody.
 */
const TOKEN = CF_ACCESS_TOKEN.toLowerCase();

/** HTTP_PROXY in a CGI-like application (CVE-2016-5385, "httpoxy"). */
const NEVER = new Set(["proxy"]);

/**
 * The headers that the application sees: the pull's own, without those of one connection and without anything that
 * claims who somebody is; then ours. A refused pull that report mode lets through keeps nothing that it says of the
 * visitor, and gets no fingerprint.
 *
 * @param host the application's own authority: the origin hostname, with the port where the mapping names one.
 * @param hasToken whether the judge has looked at `Cf-Access-Jwt-Assertion`.
 * @returns names and values in turn; framing is not among them, the caller writes its own.
 */
export function applicationHeaders(
  rawHeaders: readonly string[],
  head: RequestHead,
  pull: JudgedPull,
  host: string,
  hasToken: boolean,
): string[] {
  const headers = ["Host", host];
  const doubled = doubledIdentity(rawHeaders);
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const written = rawHeaders[at] as string;
    const name = written.toLowerCase();
    if (isOfOneConnection(name, head.nominated)) continue;
    const isJudgedToken = name === TOKEN && hasToken && pull.verdict === "accepted";
    if ((!forApplication.answer(name) && !isJudgedToken) || doubled.has(name)) continue;
    // Whoever was refused may be anybody: what it says of the visitor is worth nothing.
    if (pull.verdict === "refused" && KEPT_IDENTITY.has(name)) continue;
    headers.push(written, rawHeaders[at + 1] as string);
  }
  headers.push(...told(pull));
  return headers;
}

function told(pull: JudgedPull): readonly string[] {
  switch (pull.verdict) {
    case "accepted":
      return [
        "X-Forwarded-Host",
        pull.hostname,
        X_PULL_HOSTNAME,
        pull.hostname,
        X_PULL_FINGERPRINT,
        pull.fingerprint,
        X_PULL_VERDICT,
        pull.verdict,
      ];
    case "refused":
      return [
        X_PULL_HOSTNAME,
        pull.hostname,
        X_PULL_VERDICT,
        `${pull.verdict}; reason=${pull.reason}`,
      ];
  }
}

/** Names come again: two dozen patterns for each header of each pull cost as much as all the rest of it. */
const forApplication = rememberNames((name) => {
  const canonical = canonicalHeaderName(name);
  return (
    KEPT_IDENTITY.has(name) ||
    (!OURS.has(canonical) &&
      !NEVER.has(canonical) &&
      canonical !== TOKEN &&
      !isIdentityHeader(canonical))
  );
});

/** An identity that is said twice is nobody's: which of the two an application believes is its own affair. */
function doubledIdentity(rawHeaders: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    if (!KEPT_IDENTITY.has(name)) continue;
    if (seen.has(name)) doubled.add(name);
    seen.add(name);
  }
  return doubled;
}
