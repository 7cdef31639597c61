import { KEPT_IN_ANSWERS } from "../../shared/wire.ts";
import { runsOf, type LineRuns } from "../request/line-runs.ts";
import type { AnswerConnection } from "./answer-connection.ts";
import { goesBack, type AnswerNames } from "./answer-names.ts";
import type { StatusLine } from "./status-line.ts";

/**
 * What of an answer's head goes back to the peer, as it stands in the bytes that it was read from: good only for as long as
 * nothing else is read into those.
 */
export interface AnswerLines {
  readonly bytes: Buffer;
  /** Where the status line begins. */
  readonly from: number;
  /** Where the first header line begins, and then where each one ends. */
  readonly bounds: readonly number[];
  /** In the place of the status line, where that is not as we say it; else null. */
  readonly statusLine: string | null;
  /** The header lines that go back. */
  readonly kept: LineRuns;
  readonly hasDate: boolean;
}

/** What we say is HTTP/1.1, with a blank after the status: so it has to be, with nothing behind it, too (RFC 9112 4). */
export function otherStatusLine(
  { status, isOld, isPlain }: StatusLine,
  bytes: Buffer,
  from: number,
  to: number,
): string | null {
  if (!isOld && isPlain) return null;
  const reason = isPlain ? bytes.toString("latin1", from + "HTTP/1.1 200 ".length, to) : "";
  return `HTTP/1.1 ${status} ${reason}\r\n`;
}

/** The header lines that go back: what `Connection` names does not. */
export function linesThatGoBack(
  names: AnswerNames,
  status: number,
  { tokens, namesLines }: AnswerConnection,
): Pick<AnswerLines, "kept" | "hasDate"> {
  // RFC 9110 8.6: a 204 has no length, and whoever believed one would take the next answer's first bytes for its body.
  const withoutLength = status === 204 && names.lengthLine !== null;
  if (!namesLines && !withoutLength) return names;
  const taken = new Set(tokens);
  for (const name of KEPT_IN_ANSWERS) taken.delete(name);
  const stays = (name: AnswerNames["all"][number]): boolean =>
    goesBack(name) && !taken.has(name.lower) && !(withoutLength && name.kind === "length");
  return {
    kept: runsOf(names.all, stays),
    hasDate: names.hasDate,
  };
}
