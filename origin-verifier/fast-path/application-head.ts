import { framingHeaders } from "../application/framing-headers.ts";
import type { AcceptedPull } from "../judge/verdict.ts";
import { told } from "../request/application-headers.ts";
import { forwardedLines } from "../request/forwarded-lines.ts";
import { bytesOfRuns, HeadWriter } from "./head-writer.ts";
import { rememberNames } from "../../shared/remember-names.ts";
import type { shownAs } from "../request/accepted-pull.ts";
import type { RequestHead } from "../request/request-head.ts";
import type { PullHead } from "./pull-head.ts";

/**
 * The head that the application gets: what `applicationHeaders` and {@link framingHeaders} say to the application of a
 * request that Node's parser read, by the same rules for each line. Lines that stay are copied as they stand, several at once.
 *
 * @param shown the Host that the application sees, and whether it sees a token.
 * @param certificate headers of the pull certificate, names and values in turn.
 */
export function applicationHead(
  { bytes, method, bounds }: PullHead,
  head: RequestHead,
  pull: AcceptedPull,
  { authority, hasToken }: ReturnType<typeof shownAs>,
  certificate: readonly string[],
): Buffer {
  const requestLine = bounds[0] as number;
  const host = hostLines.answer(authority);
  const kept = forwardedLines(head, pull, hasToken);
  const framing = framingHeaders(head.framing, method);
  const end =
    certificate.length === 0 && framing.length === 0
      ? toldOf(pull).andEnd
      : toldOf(pull).lines + linesOf(certificate) + linesOf(framing) + END;
  const writer = new HeadWriter(requestLine + host.length + bytesOfRuns(kept, bounds) + end.length);
  writer.copy(bytes, 0, requestLine);
  writer.text(host);
  writer.runs(kept, bytes, bounds);
  writer.text(end);
  return writer.done();
}

const END = "Connection: keep-alive\r\n\r\n";

const hostLines = rememberNames((authority) => `Host: ${authority}\r\n`);

/** What is told of a pull, as text. */
interface Told {
  readonly fingerprint: AcceptedPull["fingerprint"];
  readonly lines: string;
  /** With the end of the head. */
  readonly andEnd: string;
}

/** Of each hostname, what was told of its last pull: the same until its certificate changes. */
const toldBefore = new Map<string, Told>();
const MOST_TOLD = 1_000;

function toldOf(pull: AcceptedPull): Told {
  const before = toldBefore.get(pull.hostname);
  if (before?.fingerprint === pull.fingerprint) return before;
  const lines = linesOf(told(pull));
  const made = { fingerprint: pull.fingerprint, lines, andEnd: lines + END };
  if (toldBefore.size >= MOST_TOLD) toldBefore.clear();
  toldBefore.set(pull.hostname, made);
  return made;
}

function linesOf(headers: readonly string[]): string {
  let lines = "";
  for (let at = 0; at + 1 < headers.length; at += 2)
    lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return lines;
}
