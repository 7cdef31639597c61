import { statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Where a pair of files goes: `PATH.pem` and `PATH.key`, or into PATH under a name where PATH is a folder (or is written
 * like one), as cp(1) reads its last argument.
 *
 * @returns the path without its ending.
 */
export function placeOf(path: string, name: string): string {
  const isFolder = path.endsWith("/") || statSync(path, { throwIfNoEntry: false })?.isDirectory();
  return isFolder === true ? join(path, name) : withoutEnding(path);
}

/** `pki/issuer` for `pki/issuer.pem`, `pki/issuer.key` and `pki/issuer`: people name either file and mean both. */
export function withoutEnding(path: string): string {
  return path.replace(/\.(?:pem|key)$/, "");
}

/** The folder of a path, written so that {@link placeOf} reads it as one. */
export function folderOf(path: string): string {
  return `${dirname(path)}/`;
}
