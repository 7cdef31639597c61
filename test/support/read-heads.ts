import { readAnswerHead, type ReadAnswer } from "../../origin-verifier/fast-path/answer-head.ts";
import { readPullHead, type PullHead } from "../../origin-verifier/fast-path/pull-head.ts";

/** The pull that a text begins with, one character a byte. */
export function readPull(text: string, most = Number.POSITIVE_INFINITY): PullHead | null {
  return readPullHead(Buffer.from(text, "latin1"), most);
}

/** Names and values of its lines in turn, as Node has them. */
export function rawHeadersOf({ text, names, bounds }: PullHead): readonly string[] {
  return names.all.flatMap(({ written }, line) => {
    const value = text.slice((bounds[line] as number) + written.length + 1, bounds[line + 1]);
    return [written, value.replace(/^[\t ]+|[\t ]*\r\n$/g, "")];
  });
}

/** The answer that a text begins with, one character a byte. */
export function readAnswer(text: string, method: string): ReadAnswer {
  const bytes = Buffer.from(text, "latin1");
  return readAnswerHead(bytes, 0, bytes.length, method);
}
