import { dirname } from "node:path";
import { codeOf, failure, messageOf } from "../manners/failure.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** A full disk, a quota, and a bound on the size of files. */
const NO_SPACE: readonly (string | undefined)[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/** What says that a place is taken. */
export function taken(path: string): Error {
  return failure({
    file: path,
    message: "is there already, and is not overwritten",
    next: `move ${path} away, or name another place with --out, where the command has it`,
  });
}

/**
 * What says why a file could not be written; whatever is no error of the system stays as it is.
 *
 * @param path the file that was being written.
 */
export function toFailure(thrown: unknown, path: string): unknown {
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  const folder = dirname(path);
  // A file may stand where its folder is to be.
  if (code === "EEXIST") return taken(messageOf(thrown).includes(`'${path}'`) ? path : folder);
  const hasSpace = !NO_SPACE.includes(code);
  return failure({
    file: path,
    message: `cannot be written${hasSpace ? "" : ": there is no space for it"} (${messageOf(thrown)}); nothing was left behind`,
    next: hasSpace
      ? `${folder} must be a folder that you may write to; then run the same command again`
      : `make room (df -h ${shellQuote(folder)}; quota; ulimit -f), then run the same command again`,
  });
}
