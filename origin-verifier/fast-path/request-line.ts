import { endOfTarget, standsAt } from "./head-bytes.ts";

/** The request line of a pull, and where its parts stand. */
export interface RequestLine {
  readonly method: string;
  /** Where the target begins, and where it ends. */
  readonly target: number;
  readonly targetEnd: number;
  /** Where the line behind it begins. */
  readonly end: number;
}

/** What Cloudflare and workerd send, the most frequent first. */
const METHODS = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => ({
  method,
  prefix: Buffer.from(`${method} /`),
}));

const BEHIND_TARGET = Buffer.from(" HTTP/1.1\r\n");

/**
 * Reads the request line that some bytes begin with; null for any but what Cloudflare and workerd send. What is missing is an
 * attack on somebody, too: other methods (CONNECT, TRACE, those that Node's parser does not know), `*`, absolute targets,
 * fragments, backslashes, any version but HTTP/1.1, more than one blank.
 */
export function readRequestLine(bytes: Buffer, to: number): RequestLine | null {
  for (const { method, prefix } of METHODS) {
    if (!standsAt(bytes, 0, to, prefix)) continue;
    const target = method.length + 1;
    const targetEnd = endOfTarget(bytes, target, to);
    if (!standsAt(bytes, targetEnd, to, BEHIND_TARGET)) return null;
    return { method, target, targetEnd, end: targetEnd + BEHIND_TARGET.length };
  }
  return null;
}
