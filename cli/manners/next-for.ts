import { accessSync, constants } from "node:fs";
import { codeOf } from "./failure.ts";

/**
 * The next step for a file that a command could not do with: where to get one, where there is none; to be allowed to read it,
 * where one may not (or not look into its folder); else to correct it.
 *
 * @param otherwise what helps where it is not there.
 * @param name how the person calls it.
 */
export function nextFor(file: string, otherwise: string, name: string = file): string {
  try {
    accessSync(file, constants.R_OK);
  } catch (thrown) {
    const code = codeOf(thrown);
    return code === "ENOENT" || code === "ENOTDIR"
      ? otherwise
      : `make ${name} readable for you, its folder too, then the same again`;
  }
  return `correct ${name}, then the same again`;
}

/** {@link nextFor} a mapping: whoever has none is at the beginning. */
export function nextForMapping(file: string): string {
  return nextFor(file, "begin one: pullproof init; or name another with --mapping");
}

/** {@link nextFor} a configuration of wrangler's, or its local twin. */
export function nextForConfiguration(file: string, flag: "--config" | "--local"): string {
  return nextFor(file, `pullproof init writes one; or name another with ${flag}`);
}
