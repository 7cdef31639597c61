import type { AnswerHead } from "./answer-head.ts";
import { dateLine } from "./date-line.ts";

/**
 * The head that the peer gets of an answer, as text, with its blank line.
 *
 * @param connection what is said of the connection, as header lines.
 */
export function peerHead({ lines, framing, hasDate }: AnswerHead, connection: string): string {
  // The application's clock is the answer's; a second Date would be a lie about one of the two.
  const dated = hasDate ? lines : lines + dateLine();
  const coding = framing === "chunks" || framing === "close" ? CHUNKED : "";
  return `${dated}${connection}${coding}\r\n`;
}

const CHUNKED = "Transfer-Encoding: chunked\r\n";
