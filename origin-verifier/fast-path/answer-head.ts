import { readAnswerConnection, readKeptMs } from "./answer-connection.ts";
import { answerFraming, type AnswerFraming } from "./answer-framing.ts";
import { linesThatGoBack, otherStatusLine, type AnswerLines } from "./answer-lines.ts";
import {
  answerNames,
  endOfLineValue,
  readLineValue,
  startOfLineValue,
  type AnswerNames,
} from "./answer-names.ts";
import { BLANK, CR, endOfValue, LF, numberAt } from "./head-bytes.ts";
import { readLines } from "./head-lines.ts";
import { readStatusLine } from "./status-line.ts";

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
}

/** A head, the lines of it that go back, and where in the bytes the first one behind it is. */
export interface FoundAnswer {
  readonly head: AnswerHead;
  readonly lines: AnswerLines;
  readonly end: number;
}

/** A head; `more`, where it has not come whole; or why it is none, in words for the operator's log. */
export type ReadAnswer = FoundAnswer | "more" | { readonly broken: string };

/** More digits than these are no length that a body has. */
const LENGTH_DIGITS = 15;

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
  // What Node would read and not write (control characters) is nothing of a status line.
  const first = endOfValue(bytes, from, to);
  if (first + 1 >= to) return first === to || bytes[first] === CR ? "more" : NO_HEAD;
  if (bytes[first] !== CR || bytes[first + 1] !== LF) return NO_HEAD;
  const statusLine = readStatusLine(bytes, from, first);
  if (statusLine === null) return NO_HEAD;
  const read = readLines(bytes, first + 2, to, answerNames);
  if (read === "more") return read;
  if (read === "broken") return NO_HEAD;
  const { bounds, end } = read;
  const names = answerNames.facts(read.names);
  const { twice, lengthLine, codingLine } = names;
  if (twice !== null) return { broken: twice };
  const { status, isOld } = statusLine;
  const framed = answerFraming(
    status,
    method,
    isOld,
    lengthLine === null ? null : readLineValue(readLength, bytes, bounds, names, lengthLine),
    codingLine === null ? null : codingAt(bytes, bounds, names, codingLine),
  );
  if (typeof framed === "string") return { broken: framed };
  const connection = readAnswerConnection(bytes, bounds, names);
  const { kept, hasDate } = linesThatGoBack(names, status, connection);
  return {
    head: {
      status,
      framing: framed.framing,
      length: framed.length,
      keeps: framed.isClear && !connection.closes && (!isOld || connection.keeps),
      keepsMs: readKeptMs(bytes, bounds, names),
    },
    lines: {
      bytes,
      from,
      bounds,
      statusLine: otherStatusLine(statusLine, bytes, from, first),
      kept,
      hasDate,
    },
    end,
  };
}

const NO_HEAD = { broken: "its head is not one of HTTP/1.1" };

function readLength(bytes: Buffer, from: number, to: number): number {
  return numberAt(bytes, from, to, LENGTH_DIGITS);
}

/** With a tab behind it, it is another coding to Node's parser. */
function codingAt(
  bytes: Buffer,
  bounds: readonly number[],
  names: AnswerNames,
  line: number,
): string {
  const from = startOfLineValue(names, bounds, line);
  const blanks = bytes[from] === BLANK ? 1 : 0;
  return bytes.toString("latin1", from + blanks, endOfLineValue(bounds, line));
}
