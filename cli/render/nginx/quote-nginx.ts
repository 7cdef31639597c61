import { Unwritable } from "../rendering.ts";
import { writable } from "../plain-text.ts";

/** NGX_CONF_BUFFER: nginx refuses a longer parameter. A little is left for what may stand around it. */
const LONGEST = 4_000;

/**
 * A text as one parameter of nginx's. Within double quotes a backslash and a quote are escaped, and nothing else is special
 * but `$`: most directives read it as a variable, and nginx has no escape for it.
 *
 * @throws {Unwritable} for what cannot be said so.
 */
export function quoteNginx(value: string, path: string): string {
  return quotePattern(writable(value, path, /\$/, "nginx"), path);
}

/** The same for a regular expression of our own making, in which `$` is the end. */
export function quotePattern(value: string, path: string): string {
  const quoted = `"${value.replaceAll(/[\\"]/g, "\\$&")}"`;
  if (Buffer.byteLength(quoted) > LONGEST)
    throw new Unwritable(
      path,
      `is longer than the ${LONGEST} bytes that one parameter of nginx's may have: take a smaller certificate (a P-256 key)`,
    );
  return quoted;
}
