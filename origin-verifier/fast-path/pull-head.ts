import { headerName, type HeaderName } from "../request/header-name.ts";
import { createKnownNames } from "../request/known-names.ts";
import { pullNamesOf, type PullNames } from "../request/pull-names.ts";
import { rememberNames } from "../../shared/remember-names.ts";
import type { StrictHead } from "../request/request-head.ts";
import { afterBlanks, beforeBlanks, BLANK } from "./head-bytes.ts";
import { readLines } from "./head-lines.ts";
import { createLineValues, type LineValues } from "./line-values.ts";
import { readRequestLine } from "./request-line.ts";

/** The head of a pull, and where its parts stand in the bytes that it was read from. */
export interface PullHead extends StrictHead {
  /** What it was read from: it begins with the head. */
  readonly bytes: Buffer;
  /** Where the first header line begins, and then where each one ends. */
  readonly bounds: readonly number[];
  /** Where the first byte behind the blank line is. */
  readonly end: number;
}

/** What is known with a sequence of names. */
interface StrictNames {
  readonly names: PullNames;
  /** The values that each deciding line had before; null for a secret or a token, of which nothing is kept. */
  readonly values: readonly (LineValues<string> | null)[];
  /** Whether Node's parser would heed one of them that is nothing to us. */
  readonly isReadByNode: boolean;
}

/** Node's parser takes it for `Connection`, and only that knows what came of it. */
const READ_BY_NODE_ALONE = "proxy-connection";

/** One for each of the few names that decide. */
const lineValues = rememberNames(() => createLineValues((text) => text));

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
  const to = Math.min(bytes.length, most);
  const first = readRequestLine(bytes, to);
  if (first === null) return null;
  const lines = readLines(bytes, first.end, to, known);
  // One line at least: no request is without a Host.
  if (typeof lines === "string" || lines.bounds.length < 2) return null;
  const { names, values: before, isReadByNode } = known.facts(lines.names);
  if (isReadByNode) return null;
  const values: string[] = [];
  for (let at = 0; at < names.deciding.length; at += 1) {
    const line = names.deciding[at] as number;
    const name = names.decidingNames[at] as HeaderName;
    const colon = (lines.bounds[line] as number) + name.written.length;
    const end = (lines.bounds[line + 1] as number) - 2;
    const from = afterBlanks(bytes, colon + 1, end);
    const until = beforeBlanks(bytes, from, end);
    // What decides over the connection or the framing is written as everybody writes it, with one blank before it and
    // nothing behind: `chunked` and a tab is not chunked to Node's parser.
    const isUsual = bytes[colon + 1] === BLANK && from === colon + 2 && until === end;
    if (name.hasOneWriting && !isUsual) return null;
    values.push(before[at]?.read(bytes, from, until) ?? bytes.toString("latin1", from, until));
  }
  return {
    method: first.method,
    names,
    values,
    bytes,
    bounds: lines.bounds,
    end: lines.end,
  };
}
