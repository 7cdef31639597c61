/** How the body of an answer is delimited: by nothing at all, where there is none. */
export type AnswerFraming = "none" | "length" | "chunks" | "close";

/** The framing of an answer, and whether it is sure that what comes behind it is the next one. */
export interface Framed {
  readonly framing: AnswerFraming;
  /** Bytes of the body, where it is framed by its length. */
  readonly length: number;
  readonly isClear: boolean;
}

/**
 * Reads how an answer is framed (RFC 9112 6.3). A body where none may be, and a length that nobody believes: what follows is not the
 * next answer's, for sure.
 *
 * @param length what `Content-Length` says; -1 where that is no number, null where there is none.
 * @param coding what `Transfer-Encoding` says; null where there is none.
 * @returns the framing; or why there is none, in words for the operator's log.
 */
export function answerFraming(
  status: number,
  method: string,
  isOld: boolean,
  length: number | null,
  coding: string | null,
): Framed | string {
  if (length === -1) return "its Content-Length is not a number";
  const bytes = length ?? 0;
  if (coding !== null) {
    if (length !== null) return "Transfer-Encoding beside Content-Length";
    // With another coding below it, the body would reach the peer encoded, and with nothing that says so.
    if (coding.toLowerCase() !== "chunked")
      return "a Transfer-Encoding that is not exactly chunked";
    // RFC 9112 6.1: from an HTTP/1.0 application its framing is faulty.
    if (isOld) return "Transfer-Encoding in HTTP/1.0";
  }
  if (status < 200) return { framing: "none", length: 0, isClear: true };
  if (status === 204)
    return { framing: "none", length: 0, isClear: bytes === 0 && coding === null };
  if (method === "HEAD" || status === 304) return { framing: "none", length: 0, isClear: true };
  if (coding !== null) return { framing: "chunks", length: 0, isClear: true };
  if (length === null) return { framing: "close", length: 0, isClear: false };
  return { framing: bytes === 0 ? "none" : "length", length: bytes, isClear: true };
}
