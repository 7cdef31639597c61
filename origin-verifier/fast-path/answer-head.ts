import { KEPT_FROM_CONNECTION } from "../application/answer-headers.ts";
import { tokensOf } from "../request/tokens-of.ts";
import { answerNames, goesBack, type AnswerNames } from "./answer-names.ts";
import { afterBlanks, beforeBlanks, BLANK, COLON, LF } from "./head-bytes.ts";
import { readLines } from "./head-lines.ts";
import { createLineValues } from "./line-values.ts";
import { runsOf, textOf, type LineRuns } from "../request/line-runs.ts";

/** How the body of an answer is delimited: by nothing at all, where there is none. */
export type AnswerFraming = "none" | "length" | "chunks" | "close";

/** The head of an application's answer, read strictly. */
export interface AnswerHead {
  readonly status: number;
  readonly framing: AnswerFraming;
  /** Bytes of the body, where it is framed by its length. */
  readonly length: number;
  /** Whether the application keeps its connection, as far as it says. */
  readonly keeps: boolean;
  /** For how many milliseconds, where it says so; else Infinity. */
  readonly keepsMs: number;
  /** The status line and the header lines that go back to the peer, without those of a connection. */
  readonly lines: string;
  readonly hasDate: boolean;
  /** Where in the bytes the first one behind it is. */
  readonly end: number;
}

/** A head; `more`, where it has not come whole; or why it is none, in words for the operator's log. */
export type ReadAnswer = AnswerHead | "more" | { readonly broken: string };

/** RFC 9112 4. What Node would read and not write (control characters) is none of it. */
const STATUS_LINE = /HTTP\/1\.[01] [1-9][0-9]{2}(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/y;
/** The 0 of HTTP/1.0. */
const OLD = 0x30;
const LENGTH = /^[0-9]{1,15}$/;

/**
 * Reads the head of an answer.
 *
 * @param from where in the bytes it begins.
 * @param to where the bytes end that have come.
 * @param method of the request that it answers.
 */
export function readAnswerHead(
  bytes: Buffer,
  from: number,
  to: number,
  method: string,
): ReadAnswer {
  const first = bytes.indexOf(LF, from) + 1;
  if (first === 0 || first > to) return "more";
  const lines = readLines(bytes, first, to, answerNames);
  if (lines === "more") return lines;
  if (lines === "broken") return broken("its head is not one of HTTP/1.1");
  const { end } = lines;
  const text = bytes.toString("latin1", from, end);
  STATUS_LINE.lastIndex = 0;
  if (!STATUS_LINE.test(text)) return broken("its head is not one of HTTP/1.1");
  const { bounds } = lines;
  const names = answerNames.facts(lines.names);
  if (names.lengthLines.length > 1) return broken("two Content-Length headers");
  if (names.codingLines.length > 1) return broken("two Transfer-Encoding headers");
  const status = Number(text.slice(9, 12));
  const isOld = text.charCodeAt(7) === OLD;
  const [lengthLine] = names.lengthLines;
  const [codingLine] = names.codingLines;
  const framed = framingOf(
    status,
    method,
    isOld,
    lengthLine === undefined ? null : lengthOf(bytes, bounds, lengthLine),
    codingLine === undefined ? null : codingOf(bytes, bounds, codingLine),
  );
  if (typeof framed === "string") return broken(framed);
  const keepAliveLine = names.keepAliveLines.at(-1);
  const keepsMs =
    keepAliveLine === undefined
      ? Number.POSITIVE_INFINITY
      : keptFor(saidIn(bytes, bounds, keepAliveLine));
  const tokens = tokensIn(bytes, bounds, names);
  const keeps = !tokens.includes("close") && (!isOld || tokens.includes("keep-alive"));
  const { kept, hasDate } = staying(names, status, tokens);
  // What we say is HTTP/1.1, with a blank after the status: so it has to be, with nothing behind it, too (RFC 9112 4).
  const isPlain = !isOld && text.charCodeAt(12) === BLANK;
  const line = isPlain
    ? text.slice(0, first - from)
    : `HTTP/1.1 ${status} ${text.slice(13, Math.max(13, first - from - 2))}\r\n`;
  return {
    status,
    keepsMs,
    hasDate,
    lines: line + textOf(kept, text, bounds, from),
    keeps: keeps && framed.isClear,
    end,
    framing: framed.framing,
    length: framed.length,
  };
}

function broken(why: string): { readonly broken: string } {
  return { broken: why };
}

function lengthOf(bytes: Buffer, bounds: readonly number[], line: number): string {
  const end = endOf(bounds, line);
  const from = afterBlanks(bytes, valueOf(bytes, bounds, line), end);
  return bytes.toString("latin1", from, beforeBlanks(bytes, from, end));
}

/** With a tab behind it, it is another coding to Node's parser. */
function codingOf(bytes: Buffer, bounds: readonly number[], line: number): string {
  const from = valueOf(bytes, bounds, line);
  return bytes.toString("latin1", bytes[from] === BLANK ? from + 1 : from, endOf(bounds, line));
}

/** What lines of the connection said before. */
const said = createLineValues();

function saidIn(bytes: Buffer, bounds: readonly number[], line: number): string {
  const end = endOf(bounds, line);
  const from = afterBlanks(bytes, valueOf(bytes, bounds, line), end);
  return said.read(bytes, from, beforeBlanks(bytes, from, end));
}

const NO_TOKENS: readonly string[] = [];

/** What `Connection` says, of all its lines. */
function tokensIn(bytes: Buffer, bounds: readonly number[], names: AnswerNames): readonly string[] {
  const [first, ...others] = names.connectionLines;
  if (first === undefined) return NO_TOKENS;
  const tokens = tokensOf(saidIn(bytes, bounds, first));
  if (others.length === 0) return tokens;
  return [...tokens, ...others.flatMap((line) => tokensOf(saidIn(bytes, bounds, line)))];
}

function valueOf(bytes: Buffer, bounds: readonly number[], line: number): number {
  return bytes.indexOf(COLON, bounds[line]) + 1;
}

function endOf(bounds: readonly number[], line: number): number {
  return (bounds[line + 1] as number) - 2;
}

/** The lines that go back: what `Connection` names does not. */
function staying(
  names: AnswerNames,
  status: number,
  tokens: readonly string[],
): { readonly kept: LineRuns; readonly hasDate: boolean } {
  // RFC 9110 8.6: a 204 has no length, and whoever believed one would take the next answer's first bytes for its body.
  const withoutLength = status === 204 && names.lengthLines.length > 0;
  if (tokens.every((token) => token === "keep-alive") && !withoutLength) return names;
  const taken = new Set(tokens);
  // Without the length the answer's end would be lost; without the others a cache would take it for everybody's.
  for (const name of KEPT_FROM_CONNECTION) taken.delete(name);
  const stays = (name: AnswerNames["all"][number]): boolean =>
    goesBack(name) && !taken.has(name.lower) && !(withoutLength && name.kind === "length");
  return {
    kept: runsOf(names.all, stays),
    hasDate: names.hasDate && !taken.has("date"),
  };
}

/** A body where none may be, and a length that nobody believes: what follows is not the next answer's, for sure. */
function framingOf(
  status: number,
  method: string,
  isOld: boolean,
  length: string | null,
  coding: string | null,
):
  | { readonly framing: AnswerFraming; readonly length: number; readonly isClear: boolean }
  | string {
  if (length !== null && !LENGTH.test(length)) return "its Content-Length is not a number";
  const bytes = Number(length ?? 0);
  if (coding !== null) {
    if (length !== null) return "Transfer-Encoding beside Content-Length";
    // With another coding below it, the body would reach the peer encoded, and with nothing that says so.
    if (coding.toLowerCase() !== "chunked")
      return "a Transfer-Encoding that is not exactly chunked";
    // RFC 9112 6.1: from an HTTP/1.0 application its framing is faulty.
    if (isOld) return "Transfer-Encoding in HTTP/1.0";
  }
  if (status < 200) return { framing: "none", length: 0, isClear: true };
  if (status === 204)
    return { framing: "none", length: 0, isClear: bytes === 0 && coding === null };
  if (method === "HEAD" || status === 304) return { framing: "none", length: 0, isClear: true };
  if (coding !== null) return { framing: "chunks", length: 0, isClear: true };
  if (length === null) return { framing: "close", length: 0, isClear: false };
  return { framing: bytes === 0 ? "none" : "length", length: bytes, isClear: true };
}

const TIMEOUT = /(?:^|[,;\s])timeout=([0-9]{1,9})/i;

function keptFor(value: string): number {
  const seconds = TIMEOUT.exec(value)?.[1];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000;
}
