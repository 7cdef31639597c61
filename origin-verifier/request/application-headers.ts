import { X_PULL_FINGERPRINT, X_PULL_HOSTNAME, X_PULL_VERDICT } from "../../shared/wire.ts";
import type { JudgedPull } from "../judge/verdict.ts";
import { forwardedLines } from "./forwarded-lines.ts";
import type { RequestHead } from "./request-head.ts";

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
  const lines = forwardedLines(head, pull, hasToken);
  for (let run = 0; run < lines.length; run += 2) {
    const end = 2 * (lines[run + 1] as number);
    for (let at = 2 * (lines[run] as number); at < end; at += 1)
      headers.push(rawHeaders[at] as string);
  }
  for (const text of told(pull)) headers.push(text);
  return headers;
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
