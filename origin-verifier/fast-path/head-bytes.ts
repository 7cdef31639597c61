import { FIELD_NAME } from "../request/header-name.ts";
import { FIELD_VALUE, ORIGIN_FORM } from "../request/request-head.ts";

/** What a byte of a head may be part of. A table: a head is read byte by byte, once. */
const NAME = 1;
const VALUE = 2;
const TARGET = 4;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const name = FIELD_NAME.test(character) ? NAME : 0;
  const value = FIELD_VALUE.test(character) ? VALUE : 0;
  const target = ORIGIN_FORM.test(`/${character}`) ? TARGET : 0;
  return name | value | target;
});

export const CR = 0x0d;
export const LF = 0x0a;
export const COLON = 0x3a;
export const BLANK = 0x20;
const TAB = 0x09;
const ZERO = 0x30;

/** Where the header name ends that begins at a place. */
export function endOfName(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && ((KINDS[bytes[at] as number] as number) & NAME) !== 0) at += 1;
  return at;
}

/** Where the header value ends that begins at a place, with the white space around it. */
export function endOfValue(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && ((KINDS[bytes[at] as number] as number) & VALUE) !== 0) at += 1;
  return at;
}

/** Where the target of a request ends that begins at a place, as far as it is of origin-form. */
export function endOfTarget(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && ((KINDS[bytes[at] as number] as number) & TARGET) !== 0) at += 1;
  return at;
}

/** The number that some bytes write in digits and nothing else; -1 for whatever is none, or has more of them. */
export function numberAt(bytes: Uint8Array, from: number, to: number, mostDigits: number): number {
  if (to <= from || to - from > mostDigits) return -1;
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Whether some bytes stand at a place. */
export function standsAt(bytes: Uint8Array, from: number, to: number, wanted: Uint8Array): boolean {
  if (to - from < wanted.length) return false;
  for (let at = 0; at < wanted.length; at += 1) if (bytes[from + at] !== wanted[at]) return false;
  return true;
}

/** RFC 9110 5.5: blanks and tabs around a value are no part of it. No other white space is: JavaScript's `trim` takes more. */
export function afterBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at] as number)) at += 1;
  return at;
}

/** The same at its other end. */
export function beforeBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(bytes[at - 1] as number)) at -= 1;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === BLANK || byte === TAB;
}
