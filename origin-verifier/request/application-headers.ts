import { X_PULL_FINGERPRINT, X_PULL_HOSTNAME, X_PULL_VERDICT } from "../../shared/wire.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import type { HeaderName } from "./header-name.ts";
import { isOfOneConnection, type RequestHead } from "./request-head.ts";

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
  const doubled = doubledIdentity(head.names);
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (isForwarded(head.names[at >> 1] as HeaderName, head, pull, doubled, hasToken))
      headers.push(rawHeaders[at] as string, rawHeaders[at + 1] as string);
  }
  headers.push(...told(pull));
  return headers;
}

/** Whether the application sees a header of the pull's own. */
export function isForwarded(
  name: HeaderName,
  { nominated }: RequestHead,
  pull: JudgedPull,
  doubled: number,
  hasToken: boolean,
): boolean {
  if (isOfOneConnection(name, nominated)) return false;
  if (name.isAccessToken) return hasToken && pull.verdict === "accepted";
  if (!name.isForApplication) return false;
  // Whoever was refused may be anybody: what it says of the visitor is worth nothing.
  return name.keptIdentity === 0 || (pull.verdict === "accepted" && !(name.keptIdentity & doubled));
}

/** What the application is told by us, and by nobody else: names and values in turn. */
export function told(pull: JudgedPull): readonly string[] {
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

/**
 * An identity that is said twice is nobody's: which of the two an application believes is its own affair.
 *
 * @returns the bits of those identities.
 */
export function doubledIdentity(names: readonly HeaderName[]): number {
  let seen = 0;
  let doubled = 0;
  for (const { keptIdentity } of names) {
    doubled |= seen & keptIdentity;
    seen |= keptIdentity;
  }
  return doubled;
}
