import { headerName, type HeaderName } from "../request/header-name.ts";
import { createKnownNames } from "../request/known-names.ts";
import { pullNamesOf, type PullNames } from "../request/pull-names.ts";
import { rememberNames } from "../request/remember-names.ts";
import type { StrictHead } from "../request/request-head.ts";
import { afterBlanks, beforeBlanks, BLANK, LF } from "./head-bytes.ts";
import { readLines } from "./head-lines.ts";
import { createLineValues, type LineValues } from "./line-values.ts";

/** The head of a pull, and where its parts stand in the text that it was read from. */
export interface PullHead extends StrictHead {
  /** The whole of it, one character a byte. */
  readonly text: string;
  /** Where the first header line begins, and then where each one ends. */
  readonly bounds: readonly number[];
  /** Where the first byte behind the blank line is. */
  readonly end: number;
}

/** What is known with a sequence of names. */
interface StrictNames {
  readonly names: PullNames;
  /** The values that each deciding line had before; null for a secret or a token, of which nothing is kept. */
  readonly values: readonly (LineValues | null)[];
  /** Whether Node's parser would heed one of them that is nothing to us. */
  readonly isReadByNode: boolean;
}

/**
 * What Cloudflare and workerd send. What is missing is an attack on somebody, too: other methods (CONNECT, TRACE, those that
 * Node's parser does not know), `*`, absolute targets, fragments, backslashes, any version but HTTP/1.1, more than one blank.
 */
const REQUEST_LINE =
  /(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/[\x21\x22\x24-\x5b\x5d-\x7e]* HTTP\/1\.1\r\n/y;

/** " HTTP/1.1" and the end of its line. */
const AFTER_TARGET = 11;

/** Node's parser takes it for `Connection`, and only that knows what came of it. */
const READ_BY_NODE_ALONE = "proxy-connection";

/** One for each of the few names that decide. */
const lineValues = rememberNames(createLineValues);

const known = createKnownNames<HeaderName, StrictNames>(headerName, (all) => {
  const names = pullNamesOf(all);
  return {
    names,
    values: names.decidingNames.map(({ lower, isSecret, isAccessToken }) =>
      isSecret || isAccessToken ? null : lineValues.answer(lower),
    ),
    isReadByNode: all.some(({ lower }) => lower === READ_BY_NODE_ALONE),
  };
});

/**
 * Reads the head that some bytes begin with; null for whatever is not such a head, whole: that is Node's parser's to read,
 * and to refuse.
 *
 * @param most bytes that a head may have.
 */
export function readPullHead(bytes: Buffer, most: number): PullHead | null {
  const first = bytes.indexOf(LF) + 1;
  const lines = readLines(bytes, first, Math.min(bytes.length, most), known);
  // One line at least: no request is without a Host.
  if (typeof lines === "string" || lines.bounds.length < 2) return null;
  const text = bytes.toString("latin1", 0, lines.end);
  REQUEST_LINE.lastIndex = 0;
  if (!REQUEST_LINE.test(text)) return null;
  const { names, values: before, isReadByNode } = known.facts(lines.names);
  if (isReadByNode) return null;
  const values: string[] = [];
  for (let at = 0; at < names.deciding.length; at += 1) {
    const line = names.deciding[at] as number;
    const name = names.decidingNames[at] as HeaderName;
    const colon = (lines.bounds[line] as number) + name.written.length;
    const end = (lines.bounds[line + 1] as number) - 2;
    const from = afterBlanks(bytes, colon + 1, end);
    const to = beforeBlanks(bytes, from, end);
    // What decides over the connection or the framing is written as everybody writes it, with one blank before it and
    // nothing behind: `chunked` and a tab is not chunked to Node's parser.
    const isUsual = bytes[colon + 1] === BLANK && from === colon + 2 && to === end;
    if (name.hasOneWriting && !isUsual) return null;
    values.push(before[at]?.read(bytes, from, to) ?? text.slice(from, to));
  }
  const blank = text.indexOf(" ");
  return {
    httpVersion: "1.1",
    method: text.slice(0, blank),
    target: text.slice(blank + 1, first - AFTER_TARGET),
    names,
    values,
    text,
    bounds: lines.bounds,
    end: lines.end,
  };
}
