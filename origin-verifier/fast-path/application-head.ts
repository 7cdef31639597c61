import { framingHeaders } from "../application/framing-headers.ts";
import type { AcceptedPull } from "../judge/verdict.ts";
import { told } from "../request/application-headers.ts";
import { forwardedLines } from "../request/forwarded-lines.ts";
import { textOf } from "../request/line-runs.ts";
import type { shownAs } from "../request/accepted-pull.ts";
import type { RequestHead } from "../request/request-head.ts";
import type { PullHead } from "./pull-head.ts";

/**
 * The head that the application gets, as text: what `applicationHeaders` and {@link framingHeaders} say to the application of a
 * request that Node's parser read, by the same rules for each line. Lines that stay are copied as they stand, several at once.
 *
 * @param shown the Host that the application sees, and whether it sees a token.
 * @param certificate headers of the pull certificate, names and values in turn.
 */
export function applicationHead(
  { text, method, target, bounds }: PullHead,
  head: RequestHead,
  pull: AcceptedPull,
  { authority, hasToken }: ReturnType<typeof shownAs>,
  certificate: readonly string[],
): string {
  let written = `${method} ${target} HTTP/1.1\r\nHost: ${authority}\r\n`;
  written += textOf(forwardedLines(head, pull, hasToken), text, bounds);
  written += toldLines(pull);
  if (certificate.length > 0) written += linesOf(certificate);
  const framing = framingHeaders(head.framing, method);
  if (framing.length > 0) written += linesOf(framing);
  return `${written}Connection: keep-alive\r\n\r\n`;
}

let last: AcceptedPull | null = null;
let lastLines = "";

/** What is told of a pull, as text: nearly always of the same hostname and certificate as of the pull before. */
function toldLines(pull: AcceptedPull): string {
  if (last?.hostname === pull.hostname && last.fingerprint === pull.fingerprint) return lastLines;
  last = pull;
  lastLines = linesOf(told(pull));
  return lastLines;
}

function linesOf(headers: readonly string[]): string {
  let lines = "";
  for (let at = 0; at + 1 < headers.length; at += 2)
    lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return lines;
}
