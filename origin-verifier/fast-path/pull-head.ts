import { doubledIdentity } from "../request/application-headers.ts";
import { headerName, type HeaderName } from "../request/header-name.ts";
import type { StrictHead } from "../request/request-head.ts";
import { afterBlanks, beforeBlanks, BLANK, LF } from "./head-bytes.ts";
import { readLines } from "./head-lines.ts";
import { createKnownNames } from "./known-names.ts";
import type { LineRuns } from "./line-runs.ts";
import { createLineValues, type LineValues } from "./line-values.ts";

/** The head of a pull, and where its parts stand in the text that it was read from. */
export interface PullHead extends StrictHead {
  /** The whole of it, one character a byte. */
  readonly text: string;
  /** Where the first header line begins, and then where each one ends. */
  readonly bounds: readonly number[];
  /** Where the first byte behind the blank line is. */
  readonly end: number;
  readonly facts: PullNames;
}

/** A line that something is decided by. */
interface DecidingLine {
  readonly line: number;
  readonly name: HeaderName;
  /** The values that it had before; null for what is nobody's business. */
  readonly known: LineValues | null;
}

/** What follows from the names of a pull's headers alone. */
export interface PullNames {
  readonly all: readonly HeaderName[];
  /** The lines that anything is decided by, and their names. */
  readonly deciding: readonly DecidingLine[];
  readonly decidingNames: readonly HeaderName[];
  /** The bits of those identities that are said twice. */
  readonly doubled: number;
  /** Whether Node's parser would heed one of them that is nothing to us. */
  readonly isReadByNode: boolean;
  /** Which of the lines the application saw the last time, and what that depended on beside the names. */
  forwarded: {
    readonly nominated: string;
    readonly hasToken: boolean;
    readonly runs: LineRuns;
  } | null;
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

const known = createKnownNames<HeaderName, PullNames>(headerName, (all) => {
  const deciding: DecidingLine[] = [];
  for (const [line, name] of all.entries()) {
    if (!isDeciding(name)) continue;
    const isKept = name.isSecret || name.isAccessToken;
    deciding.push({ line, name, known: isKept ? null : createLineValues() });
  }
  return {
    all,
    deciding,
    decidingNames: deciding.map(({ name }) => name),
    doubled: doubledIdentity(all),
    isReadByNode: all.some(({ lower }) => lower === READ_BY_NODE_ALONE),
    forwarded: null,
  };
});

function isDeciding({ single, isSecret, isAccessToken, isConnection }: HeaderName): boolean {
  return single !== null || isSecret || isAccessToken || isConnection;
}

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
  const names = known.facts(lines.names);
  if (names.isReadByNode) return null;
  const values: string[] = [];
  for (let at = 0; at < names.deciding.length; at += 1) {
    const { line, name, known: before } = names.deciding[at] as DecidingLine;
    const colon = (lines.bounds[line] as number) + name.written.length;
    const end = (lines.bounds[line + 1] as number) - 2;
    const from = afterBlanks(bytes, colon + 1, end);
    const to = beforeBlanks(bytes, from, end);
    // What decides over the connection or the framing is written as everybody writes it, with one blank before it and
    // nothing behind: `chunked` and a tab is not chunked to Node's parser.
    const isUsual = bytes[colon + 1] === BLANK && from === colon + 2 && to === end;
    if (name.decides && !isUsual) return null;
    values.push(before === null ? text.slice(from, to) : before.read(bytes, from, to));
  }
  const blank = text.indexOf(" ");
  return {
    httpVersion: "1.1",
    method: text.slice(0, blank),
    target: text.slice(blank + 1, first - AFTER_TARGET),
    names: names.all,
    deciding: names.decidingNames,
    values,
    text,
    bounds: lines.bounds,
    end: lines.end,
    facts: names,
  };
}
