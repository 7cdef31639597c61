import { readAnswerHead, type ReadAnswer } from "../../origin-verifier/fast-path/answer-head.ts";
import type { AnswerLines } from "../../origin-verifier/fast-path/answer-lines.ts";
import { writePeerHead } from "../../origin-verifier/fast-path/peer-head.ts";
import { readPullHead, type PullHead } from "../../origin-verifier/fast-path/pull-head.ts";

/** The pull that a text begins with, one character a byte. */
export function readPull(text: string, most = Number.POSITIVE_INFINITY): PullHead | null {
  return readPullHead(Buffer.from(text, "latin1"), most);
}

/** Names and values of its lines in turn, as Node has them. */
export function rawHeadersOf({ bytes, names, bounds }: PullHead): readonly string[] {
  return names.all.flatMap(({ written }, line) => {
    const from = (bounds[line] as number) + written.length + 1;
    const value = bytes.toString("latin1", from, bounds[line + 1]);
    return [written, value.replace(/^[\t ]+|[\t ]*\r\n$/g, "")];
  });
}

/** Its request line, without the line end. */
export function requestLineOf({ bytes, bounds }: PullHead): string {
  return bytes.toString("latin1", 0, (bounds[0] as number) - 2);
}

/** The answer that a text begins with, one character a byte. */
export function readAnswer(text: string, method: string): ReadAnswer {
  const bytes = Buffer.from(text, "latin1");
  return readAnswerHead(bytes, 0, bytes.length, method);
}

/** What goes back to the peer of an answer's head, without what is ours to say. */
export function textOfLines(lines: AnswerLines): string {
  const head = writePeerHead({ ...lines, hasDate: true }, "length", "", 0);
  return head.done().toString("latin1");
}
