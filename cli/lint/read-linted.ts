import { readFileSync, statSync } from "node:fs";
import { failure } from "../manners/failure.ts";
import { whyUnread } from "../manners/read-text.ts";
import type { LintedFile } from "./lint.ts";

/**
 * Reads a file for the linter.
 *
 * @param next what to do where it cannot be read.
 * @throws {Failure} where it cannot be read.
 */
export function readLinted(file: string, next: string): LintedFile {
  try {
    return { file, text: readFileSync(file, "utf8"), mode: statSync(file).mode & 0o7777 };
  } catch (thrown) {
    throw failure({ file, message: whyUnread(thrown), next });
  }
}
