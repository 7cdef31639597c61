import { headerName, type HeaderName } from "../request/header-name.ts";
import type { RawHead } from "../request/request-head.ts";

/** The head of a pull, and where its parts stand in the text that it was read from. */
export interface PullHead extends RawHead {
  readonly names: readonly HeaderName[];
  /** Where the first header line begins, and then where each one ends. */
  readonly bounds: readonly number[];
  /** Where its first byte after the blank line is. */
  readonly end: number;
}

/**
 * The whole of what is read here: what Cloudflare and workerd send, and what has one reading in every parser. Each part
 * that is missing is an attack on somebody:
 *
 * - other methods (CONNECT, TRACE, those that Node's parser does not know), `*`, absolute targets, fragments, backslashes;
 * - any version but HTTP/1.1, more than one blank, a line feed without its carriage return (RFC 9112 2.2);
 * - a blank before the colon (RFC 9112 5.1), a line that goes on in the next (5.2, obs-fold), control characters, NUL;
 * - an empty line before the request, a head without headers.
 */
const GRAMMAR =
  /(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/[\x21\x22\x24-\x5b\x5d-\x7e]* HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r\n)+\r\n/y;

/** Node's parser takes it for `Connection`, and only that knows what came of it. */
const READ_BY_NODE_ALONE = "proxy-connection";

/** " HTTP/1.1" and the end of its line. */
const AFTER_TARGET = 11;

/** The names of the last head, in their order: they nearly always come again, and to look is cheaper than to look up. */
let expected: readonly HeaderName[] = [];

/**
 * Reads the head that a text begins with; null for whatever is not such a head, whole: that is Node's parser's to read,
 * and to refuse.
 *
 * @param text one character a byte.
 */
export function readPullHead(text: string): PullHead | null {
  GRAMMAR.lastIndex = 0;
  if (!GRAMMAR.test(text)) return null;
  const end = GRAMMAR.lastIndex;
  const blank = text.indexOf(" ");
  const second = text.indexOf(" ", blank + 1);
  const rawHeaders: string[] = [];
  const names: HeaderName[] = [];
  const bounds = [second + AFTER_TARGET];
  for (let at = second + AFTER_TARGET; at < end - 2;) {
    const colon = text.indexOf(":", at);
    const lineEnd = text.indexOf("\r", colon);
    const written = text.slice(at, colon);
    const likely = expected[names.length];
    const name = likely?.written === written ? likely : headerName(written);
    if (name.lower === READ_BY_NODE_ALONE) return null;
    const value = trimmed(text, colon + 1, lineEnd);
    // What decides over the connection or the framing is written as everybody writes it, with one blank before it and
    // nothing behind: `chunked` and a tab is not chunked to Node's parser.
    if (name.decides && (text[colon + 1] !== " " || lineEnd - colon !== value.length + 2))
      return null;
    names.push(name);
    rawHeaders.push(name.written, value);
    at = lineEnd + 2;
    bounds.push(at);
  }
  expected = names;
  return {
    httpVersion: "1.1",
    method: text.slice(0, blank),
    target: text.slice(blank + 1, second),
    rawHeaders,
    names,
    bounds,
    end,
  };
}

/** RFC 9110 5.5: blanks and tabs around a value are no part of it. No other white space is: JavaScript's `trim` takes more. */
export function trimmed(text: string, from: number, to: number): string {
  let [first, last] = [from, to];
  while (first < last && isBlank(text.charCodeAt(first))) first += 1;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last -= 1;
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
