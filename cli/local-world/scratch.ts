import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A folder for one run: what wrangler keeps (its cache, its logs, its registry) is never another run's. */
export interface Scratch {
  readonly folder: string;
  remove(): void;
}

/**
 * Makes a folder for this run, and takes away those of runs that are over: whoever was killed could not do it.
 *
 * A fresh one each time, because what the last world put into the cache was pulled with the last world's certificates.
 */
export function makeScratch(parent: string): Scratch {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(parent)) {
    if (!isAlive(Number.parseInt(name, 10))) remove(join(parent, name));
  }
  const folder = mkdtempSync(join(parent, `${process.pid}-`));
  return { folder, remove: () => remove(folder) };
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
