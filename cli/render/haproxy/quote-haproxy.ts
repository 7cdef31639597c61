import { writable } from "../plain-text.ts";

/** A crt-list has no quotes, and an address is expanded: only what stands for itself in both. */
const OUTSIDE_LISTS = /[^\w./@+,:=~-]/u;

/**
 * A text as one word of HAProxy's configuration. Single quotes hold everything but themselves, as in a shell.
 *
 * @throws {Unwritable} for what no word can hold.
 */
export function quoteHaproxy(value: string, path: string): string {
  return `'${writable(value, path).replaceAll("'", String.raw`'\''`)}'`;
}

/** A path in a crt-list, or of a socket. */
export function bareHaproxy(value: string, path: string): string {
  return writable(value, path, OUTSIDE_LISTS, "a list of HAProxy's");
}
