import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { failure } from "../manners/failure.ts";
import { taken, toFailure } from "./write-failure.ts";

/** A file to write, whole or not at all. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** 0o600 for whatever holds a key. A file that is replaced keeps the mode that it has. */
  readonly mode: 0o600 | 0o644;
  /**
   * The text that the file holds now: this one file is replaced, with either rule, but only if it still holds exactly that.
   * Left out: the rule says what happens to a file that is there.
   */
  readonly replaces?: string;
}

/**
 * Writes several files, or none: each is written whole beside its place under a name of its own, and only when all are
 * on the disk do they take their places. A key is never, not for a moment, readable by others.
 *
 * @param existing `refuse`: fail where one of the places is taken, whoever took it and however late (link(2) decides,
 *   not a look beforehand). `replace`: take the place (rename(2)).
 * @param dryRun only look whether the places are free.
 * @throws {Failure} naming the file; whatever had been written is gone again, with the folders made for it.
 */
export function writeFiles(
  files: readonly NewFile[],
  existing: "refuse" | "replace",
  dryRun = false,
): void {
  if (dryRun) {
    for (const file of files) refuseInTheWay(file, existing);
    return;
  }
  const written: Written[] = [];
  const undo: (() => void)[] = [];
  const made: string[] = [];
  let at = ".";
  let isDone = false;
  try {
    for (const file of files) {
      at = file.path;
      refuseInTheWay(file, existing);
      // Behind a symbolic link it is the file that changes, not the link.
      const place = file.replaces === undefined ? file.path : realpathSync(file.path);
      const folder = dirname(place);
      made.push(...missingFolders(folder));
      // A folder that holds keys is its owner's alone; one that is there already stays as its owner made it.
      mkdirSync(folder, { recursive: true, mode: file.mode === 0o600 ? 0o700 : 0o755 });
      // Whatever a killed process leaves behind of a key ends in .key, as .gitignore has it.
      const ending = file.mode === 0o600 ? ".key" : "";
      const stem = join(folder, `.${basename(place)}.${randomUUID()}`);
      const [temporary, before] = [`${stem}${ending}`, `${stem}.before${ending}`];
      written.push({ file, place, temporary, before });
      const mode = file.replaces === undefined ? file.mode : statSync(place).mode & 0o7777;
      writeWhole(temporary, file.text, mode);
    }
    for (const { file, place, temporary, before } of written) {
      at = file.path;
      if (file.replaces !== undefined) undo.push(replace(place, temporary, file.replaces));
      else if (existing === "replace") undo.push(takePlace(place, temporary, before));
      else {
        linkSync(temporary, place);
        undo.push(() => rmSync(place, { force: true }));
      }
    }
    isDone = true;
  } catch (thrown) {
    for (const step of undo.toReversed()) step();
    throw toFailure(thrown, at);
  } finally {
    removeTemporaries(written);
    if (!isDone) for (const folder of made.toReversed()) removeFolder(folder);
  }
}

interface Written {
  readonly file: NewFile;
  readonly place: string;
  readonly temporary: string;
  /** Where what was there before is kept until all files have taken their places. */
  readonly before: string;
}

function removeTemporaries(written: readonly Written[]): void {
  for (const { temporary, before } of written)
    for (const name of [temporary, before]) rmSync(name, { force: true });
}

/** The folders on the way that are not there yet, the outermost first. */
function missingFolders(folder: string): readonly string[] {
  return existsSync(folder) ? [] : [...missingFolders(dirname(folder)), folder];
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was never made, or somebody has put something into it meanwhile.
  }
}

/** @returns what puts back whatever was there, if anything was. */
function takePlace(place: string, temporary: string, before: string): () => void {
  const isTaken = lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  if (isTaken) linkSync(place, before);
  renameSync(temporary, place);
  return () => {
    if (isTaken) renameSync(before, place);
    else rmSync(place, { force: true });
  };
}

/** @returns what puts the old text back. */
function replace(place: string, temporary: string, before: string): () => void {
  refuseChanged(place, before);
  const mode = statSync(place).mode & 0o7777;
  renameSync(temporary, place);
  return () => {
    const old = `${temporary}.old`;
    writeWhole(old, before, mode);
    renameSync(old, place);
  };
}

function refuseChanged(path: string, before: string): void {
  if (readFileSync(path, "utf8") === before) return;
  throw failure({
    file: path,
    message: "was changed by somebody else meanwhile, and is not replaced",
    next: "run the same command again: it reads the file anew",
  });
}

function writeWhole(path: string, text: string, mode: number): void {
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

function refuseInTheWay({ path, replaces }: NewFile, existing: "refuse" | "replace"): void {
  if (replaces !== undefined) refuseChanged(path, replaces);
  else if (existing === "refuse") refuseTaken(path);
}

function refuseTaken(path: string): void {
  // lstat: a dangling symbolic link takes the place too.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw taken(path);
}
