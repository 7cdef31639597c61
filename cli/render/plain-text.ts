import { Unwritable } from "./rendering.ts";

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * A path as a line of a configuration can hold it: no control character and no line break, in any syntax, even where it has
 * an escape for them: nobody names a file so who means well, and every log and diff shows it wrong.
 *
 * @param also what else this syntax cannot say.
 * @throws {Unwritable} with the place of what is wrong.
 */
export function writable(value: string, path: string, also?: RegExp, syntax = ""): string {
  if (CONTROL.test(value) || LONE_SURROGATE.test(value))
    throw new Unwritable(
      path,
      "has a control character or a line break: no configuration holds it",
    );
  const found = also?.exec(value)?.[0];
  if (found !== undefined)
    throw new Unwritable(
      path,
      `has ${JSON.stringify(found)}, which ${syntax} cannot hold in a path: choose another path`,
    );
  return value;
}
