import { Unwritable } from "../rendering.ts";
import { writable } from "../plain-text.ts";

/** The scanner of Apache's expressions gives up on longer texts (MAX_STRING_LEN). */
const LONGEST = 8_000;

/**
 * A text as one argument of a directive. Within double quotes a backslash goes before a quote and before itself; `${` names a
 * variable wherever it stands, and has no escape.
 *
 * @throws {Unwritable} for what cannot be said so.
 */
export function quoteApache(value: string, path: string): string {
  return `"${writable(value, path, /\$\{/, "Apache").replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

/** A text within an expression: base64, digits and names, that need no escape. */
export function textInExpression(value: string, path: string): string {
  if (value.length > LONGEST)
    throw new Unwritable(
      path,
      `is longer than the ${LONGEST} characters that Apache compares: take a smaller certificate (a P-256 key)`,
    );
  return `'${value}'`;
}
