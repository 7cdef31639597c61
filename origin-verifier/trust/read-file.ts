import { readFile } from "node:fs/promises";
import { failed, parsed, type Parsed } from "../../shared/problem.ts";

const MAX_BYTES = 8 * 1024 * 1024;

/** Reads a text file whole; what keeps it from being read is a problem with the next step, never an exception. */
export async function readTextFile(path: string): Promise<Parsed<string>> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_BYTES)
      return failed("", `larger than ${MAX_BYTES} bytes: is it the right file?`);
    return parsed(bytes.toString("utf8"));
  } catch (error) {
    return failed("", unreadable((error as NodeJS.ErrnoException).code ?? String(error)));
  }
}

function unreadable(code: string): string {
  switch (code) {
    case "ENOENT":
      return "no such file; is the path right? (paths are relative to the file that names them)";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user; give its group or owner the right to";
    case "EISDIR":
      return "is a folder; name the file in it";
    default:
      return `cannot be read (${code})`;
  }
}
