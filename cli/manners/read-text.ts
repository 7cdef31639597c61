import { readFileSync } from "node:fs";
import { failed, parsed, type Parsed } from "../../shared/problem.ts";
import { codeOf, messageOf } from "./failure.ts";

/** The text of a file; a file that cannot be read is a problem like any other. */
export function readText(file: string): Parsed<string> {
  try {
    return parsed(readFileSync(file, "utf8"));
  } catch (thrown) {
    if (codeOf(thrown) === undefined) throw thrown;
    return failed("", whyUnread(thrown));
  }
}

/** How the text of a file is come by: {@link readText}, or what is about to be written there. */
export type ReadText = (file: string) => Parsed<string>;

/** Reads as if some files, by their path, had been written already. */
export function readTextOver(files: ReadonlyMap<string, string>): ReadText {
  return (file) => {
    const text = files.get(file);
    return text === undefined ? readText(file) : parsed(text);
  };
}

/** Why a file was not read, in a person's words: what Node says of a missing one names the path once more, and a system call. */
export function whyUnread(thrown: unknown): string {
  return codeOf(thrown) === "ENOENT" ? "is not there" : `cannot be read (${messageOf(thrown)})`;
}
