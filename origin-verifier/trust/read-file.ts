import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { failed, parsed, type Parsed } from "../../shared/problem.ts";

const MAX_BYTES = 8 * 1024 * 1024;

/** A file as it was at one moment. */
export interface FileState {
  /** Its text; or what keeps it from being read, with the next step. */
  readonly text: Parsed<string>;
  /** The same for the same bytes, or for the same failure to read them: SHA-256, hex, or the error's code. */
  readonly digest: string;
}

/** The digests of files, by path. */
export type FileDigests = ReadonlyMap<string, string>;

/** Reads a text file whole, and never throws. */
export async function readFileState(path: string): Promise<FileState> {
  try {
    const bytes = await readFile(path);
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (bytes.length > MAX_BYTES)
      return { digest, text: failed("", `larger than ${MAX_BYTES} bytes: is it the right file?`) };
    return { digest, text: parsed(bytes.toString("utf8")) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { digest: code, text: failed("", unreadable(code)) };
  }
}

/** Reads a text file whole; what keeps it from being read is a problem with the next step, never an exception. */
export async function readTextFile(path: string): Promise<Parsed<string>> {
  return (await readFileState(path)).text;
}

function unreadable(code: string): string {
  switch (code) {
    case "ENOENT":
      return "no such file; is the path right? (a path in a file is relative to that file)";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user; give its group or owner the right to";
    case "EISDIR":
      return "is a folder; name the file in it";
    default:
      return `cannot be read (${code})`;
  }
}
