import { BLANK, numberAt, standsAt } from "./head-bytes.ts";

const VERSION = Buffer.from("HTTP/1.");
const ZERO = 0x30;
const ONE = 0x31;
/** "HTTP/1.1 200", with nothing behind it or a blank. */
const SHORTEST = 12;

/** Where the status stands in a status line. */
const STATUS = 9;

/** What a status line says. */
export interface StatusLine {
  readonly status: number;
  /** Whether it is of HTTP/1.0. */
  readonly isOld: boolean;
  /** Whether there is a blank behind the status: RFC 9112 4 asks for it with nothing behind it, too. */
  readonly isPlain: boolean;
}

/**
 * Reads a status line (RFC 9112 4) of bytes that may all stand in a header's value; null for whatever is none.
 *
 * @param to where it ends, without its line end.
 */
export function readStatusLine(bytes: Buffer, from: number, to: number): StatusLine | null {
  const version = bytes[from + VERSION.length];
  const end = from + SHORTEST;
  const status = numberAt(bytes, from + STATUS, end, 3);
  const isRead =
    end <= to &&
    standsAt(bytes, from, to, VERSION) &&
    (version === ZERO || version === ONE) &&
    bytes[from + STATUS - 1] === BLANK &&
    status >= 100 &&
    (end === to || bytes[end] === BLANK);
  return isRead ? { status, isOld: version === ZERO, isPlain: end < to } : null;
}
