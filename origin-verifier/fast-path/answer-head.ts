import { HOP_BY_HOP, PULL_REFUSAL } from "../../shared/wire.ts";
import { rememberNames } from "../request/remember-names.ts";
import { tokensOf } from "../request/tokens-of.ts";
import { KEPT_FROM_CONNECTION } from "../application/answer-headers.ts";
import { trimmed } from "./pull-head.ts";

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
}

/** A head, or why it is none: in words for the operator's log. */
export type ReadAnswer = AnswerHead | string;

/** RFC 9112 4 and 5. What Node would read and not write (control characters) is none of it. */
const GRAMMAR =
  /^HTTP\/1\.[01] [1-9][0-9]{2}(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;
const LENGTH = /^[0-9]{1,15}$/;

type Kind = "plain" | "withheld" | "connection" | "length" | "coding" | "date" | "keep-alive";

const BLANK = 0x20;

interface AnswerName {
  readonly written: string;
  readonly lower: string;
  readonly kind: Kind;
}

const PLAIN: AnswerName = { written: "", lower: "", kind: "plain" };

const kinds = rememberNames<AnswerName>((written) => {
  const lower = written.toLowerCase();
  return { written, lower, kind: kindOf(lower) };
});

/** What the names begin with that are not plain, in either case. */
const IN_QUESTION: ReadonlySet<number> = new Set(
  [...HOP_BY_HOP, PULL_REFUSAL, "content-length", "date"].flatMap(([letter = ""]) => [
    letter.toLowerCase().charCodeAt(0),
    letter.toUpperCase().charCodeAt(0),
  ]),
);

function kindOf(lower: string): Kind {
  switch (lower) {
    case "connection":
    case "keep-alive":
    case "date":
      return lower;
    case "content-length":
      return "length";
    case "transfer-encoding":
      return "coding";
    default:
      // `Pull-Refusal` is ours alone to say: the Worker turns an answer that carries it into a 502.
      return HOP_BY_HOP.has(lower) || lower === PULL_REFUSAL.toLowerCase() ? "withheld" : "plain";
  }
}

/** Those of the last head that are in question, in their order: they nearly always come again. */
let expected: readonly AnswerName[] = [];

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Reads the head of an answer.
 *
 * @param text the head with its blank line, one character a byte.
 * @param method of the request that it answers.
 */
export function readAnswerHead(text: string, method: string): ReadAnswer {
  if (!GRAMMAR.test(text)) return "its head is not one of HTTP/1.1";
  return read(text, method, NOBODY);
}

function read(text: string, method: string, nominated: ReadonlySet<string>): ReadAnswer {
  const status = Number(text.slice(9, 12));
  const isOld = text.charCodeAt(7) === 0x30;
  const firstEnd = text.indexOf("\r") + 2;
  let lines = "";
  let length: string | null = null;
  let coding: string | null = null;
  let connection: string | null = null;
  let keepsMs = Number.POSITIVE_INFINITY;
  let hasDate = false;
  let kept = 0;
  const names: AnswerName[] = [];
  // What we say is HTTP/1.1, with a blank after the status: so it has to be, with nothing behind it, too (RFC 9112 4).
  if (isOld || text.charCodeAt(12) !== BLANK) {
    lines = `HTTP/1.1 ${text.slice(9, 12)} ${text.slice(13, firstEnd)}`;
    if (text.charCodeAt(12) !== BLANK) lines = `HTTP/1.1 ${text.slice(9, 12)} \r\n`;
    kept = firstEnd;
  }
  for (let at = firstEnd; at < text.length - 2;) {
    const colon = text.indexOf(":", at);
    const end = text.indexOf("\r", colon);
    // Most headers are nobody's business here, which their first letter shows.
    const isPlain = !IN_QUESTION.has(text.charCodeAt(at)) && nominated === NOBODY;
    let { lower, kind } = PLAIN;
    if (!isPlain) {
      const written = text.slice(at, colon);
      const likely = expected[names.length];
      const name = likely?.written === written ? likely : kinds.answer(written);
      names.push(name);
      ({ lower, kind } = name);
    }
    let passes = isPlain || !nominated.has(lower);
    switch (kind) {
      case "plain":
        break;
      case "date":
        hasDate ||= passes;
        break;
      case "withheld":
        passes = false;
        break;
      case "length":
        if (length !== null) return "two Content-Length headers";
        length = trimmed(text, colon + 1, end);
        // RFC 9110 8.6: a 204 has none, and whoever believed one would take the next answer's first bytes for its body.
        passes = status !== 204;
        break;
      case "coding":
        if (coding !== null) return "two Transfer-Encoding headers";
        // With a tab behind it, it is another coding to Node's parser.
        coding = text.slice(colon + 1, end).replace(/^ /, "");
        passes = false;
        break;
      case "connection":
        connection = (connection === null ? "" : `${connection},`) + trimmed(text, colon + 1, end);
        passes = false;
        break;
      case "keep-alive":
        keepsMs = keptFor(trimmed(text, colon + 1, end));
        passes = false;
        break;
    }
    if (!passes) {
      lines += text.slice(kept, at);
      kept = end + 2;
    }
    at = end + 2;
  }
  expected = names;
  lines += text.slice(kept, text.length - 2);
  let keeps = !isOld;
  if (connection !== null) {
    const tokens = tokensOf(connection);
    keeps = tokens.includes("keep-alive")
      ? !tokens.includes("close")
      : !isOld && !tokens.includes("close");
    if (
      nominated === NOBODY &&
      tokens.some((token) => token !== "close" && token !== "keep-alive")
    ) {
      const more = new Set(tokens);
      // Without the length the answer's end would be lost; without the others a cache would take it for everybody's.
      for (const name of KEPT_FROM_CONNECTION) more.delete(name);
      return read(text, method, more);
    }
  }
  const framed = framingOf(status, method, isOld, length, coding);
  if (typeof framed === "string") return framed;
  return { status, keepsMs, hasDate, lines, keeps: keeps && framed.isClear, ...framed };
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
