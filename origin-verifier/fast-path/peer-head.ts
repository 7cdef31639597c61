import type { AnswerFraming } from "./answer-framing.ts";
import type { AnswerLines } from "./answer-lines.ts";
import { dateLine } from "./date-line.ts";
import { bytesOfRuns, HeadWriter } from "./head-writer.ts";

/**
 * Writes the head that the peer gets of an answer, with its blank line.
 *
 * @param connection what is said of the connection, as header lines, and the blank line.
 * @param behind bytes that are to be written behind it.
 */
export function writePeerHead(
  { bytes, from, bounds, statusLine, kept, hasDate }: AnswerLines,
  framing: AnswerFraming,
  connection: string,
  behind: number,
): HeadWriter {
  const first = bounds[0] as number;
  // The application's clock is the answer's; a second Date would be a lie about one of the two.
  const dated = hasDate ? "" : dateLine();
  const isInChunks = framing === "chunks" || framing === "close";
  const end = dated + (isInChunks ? CHUNKED : "") + connection;
  const begun = statusLine === null ? first - from : statusLine.length;
  const writer = new HeadWriter(begun + bytesOfRuns(kept, bounds) + end.length + behind);
  if (statusLine === null) writer.copy(bytes, from, first);
  else writer.text(statusLine);
  writer.runs(kept, bytes, bounds);
  writer.text(end);
  return writer;
}

const CHUNKED = "Transfer-Encoding: chunked\r\n";
