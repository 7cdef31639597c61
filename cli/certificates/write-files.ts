import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { codeOf, failure, messageOf } from "../manners/failure.ts";

/** A file to write, whole or not at all. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** 0o600 for whatever holds a key. */
  readonly mode: 0o600 | 0o644;
}

/**
 * Writes several files, or none: each is written whole beside its place under a name of its own, and only when all are
 * on the disk do they take their places. A key is never, not for a moment, readable by others.
 *
 * @param existing `refuse`: fail where one of the places is taken, whoever took it and however late (link(2) decides,
 *   not a look beforehand). `replace`: take the place (rename(2)).
 * @throws {Failure} naming the file; whatever had been written is gone again.
 */
export function writeFiles(files: readonly NewFile[], existing: "refuse" | "replace"): void {
  const written: { readonly file: NewFile; readonly temporary: string }[] = [];
  const placed: string[] = [];
  try {
    for (const file of files) {
      if (existing === "refuse") refuseTaken(file.path);
      const folder = dirname(file.path);
      // A folder that holds keys is its owner's alone; one that is there already stays as its owner made it.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const temporary = join(folder, `.${basename(file.path)}.${randomUUID()}`);
      written.push({ file, temporary });
      writeWhole(temporary, file);
    }
    for (const { file, temporary } of written) {
      if (existing === "replace") renameSync(temporary, file.path);
      else {
        linkSync(temporary, file.path);
        placed.push(file.path);
      }
    }
  } catch (thrown) {
    for (const path of placed) rmSync(path, { force: true });
    throw toFailure(thrown, files);
  } finally {
    for (const { temporary } of written) rmSync(temporary, { force: true });
  }
}

function writeWhole(path: string, { text, mode }: NewFile): void {
  const descriptor = openSync(path, "wx", mode);
  try {
    // The umask may have taken bits from a certificate's mode; a key's mode must be exact whatever it is.
    fchmodSync(descriptor, mode);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function refuseTaken(path: string): void {
  // lstat: a dangling symbolic link takes the place too.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw taken(path);
}

function taken(path: string): Error {
  return failure({
    file: path,
    message: "is there already, and is not overwritten",
    next: `choose another place with --out, or move ${path} away`,
  });
}

function toFailure(thrown: unknown, files: readonly NewFile[]): unknown {
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  const folder = dirname(files[0]?.path ?? ".");
  if (code === "EEXIST") {
    return taken(files.find(({ path }) => messageOf(thrown).includes(`'${path}'`))?.path ?? folder);
  }
  return failure({
    file: folder,
    message: `cannot be written to (${messageOf(thrown)}); nothing was left behind`,
    next: `make ${folder} writable, or choose another place with --out`,
  });
}
