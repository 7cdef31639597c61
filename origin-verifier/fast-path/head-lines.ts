import { CR, COLON, endOfName, endOfValue, LF, standsAt } from "./head-bytes.ts";
import type { KnownNames, NameSequence } from "../request/known-names.ts";

/** The header lines of a head. */
export interface HeadLines<Name, Facts> {
  /** Their names, in their order. */
  readonly names: NameSequence<Name, Facts>;
  /** Where the first line begins, and then where each one ends. */
  readonly bounds: readonly number[];
  /** Where the first byte behind the blank line is. */
  readonly end: number;
}

/** `more`: what came is the beginning of such lines. `broken`: nothing that follows makes them such. */
export type ReadLines<Name, Facts> = HeadLines<Name, Facts> | "more" | "broken";

/**
 * Reads header lines, up to the blank one, in one pass over their bytes. What has one reading in every parser is all that
 * is taken. Each part that is missing is an attack on somebody:
 *
 * - a blank before the colon (RFC 9112 5.1), a line that goes on in the next (5.2, obs-fold), a line without a name;
 * - control characters, NUL, a line feed without its carriage return (2.2) or the other way round.
 *
 * @param from where the first line begins.
 * @param to where the bytes end that have come.
 */
export function readLines<Name, Facts>(
  bytes: Buffer,
  from: number,
  to: number,
  known: KnownNames<Name, Facts>,
): ReadLines<Name, Facts> {
  let names = known.start();
  const bounds = [from];
  for (let at = from; ;) {
    if (at + 1 < to && bytes[at] === CR)
      return bytes[at + 1] === LF ? { names, bounds, end: at + 2 } : "broken";
    const { likely } = names;
    let value: number;
    if (likely !== null && standsAt(bytes, at, to, likely.prefix)) {
      names = likely;
      value = at + likely.prefix.length;
    } else {
      const colon = endOfName(bytes, at, to);
      if (colon === to) return "more";
      if (colon === at || bytes[colon] !== COLON)
        return at + 1 === to && bytes[at] === CR ? "more" : "broken";
      names = known.follow(names, bytes.toString("latin1", at, colon));
      value = colon + 1;
    }
    const end = endOfValue(bytes, value, to);
    if (end + 1 >= to) return end === to || bytes[end] === CR ? "more" : "broken";
    if (bytes[end] !== CR || bytes[end + 1] !== LF) return "broken";
    at = end + 2;
    bounds.push(at);
  }
}
