import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../..");
const CACHE = join(ROOT, "node_modules/.cache/pullproof/compile");

/**
 * Puts everything that the verifier's bin loads into Node's compile cache, and has every process that is started from
 * here use it.
 *
 * The published verifier is JavaScript; from the sources Node itself would strip the types, and the stripper alone is
 * resident with 30 MiB for as long as the process lives. From the cache, where the stripped text lies, it is never loaded:
 * so what is measured is the verifier.
 */
export async function withoutTypeStripper(): Promise<void> {
  process.env["NODE_COMPILE_CACHE"] = CACHE;
  const bin = join(ROOT, "origin-verifier/main.ts");
  // The cache is written when a process ends.
  await promisify(execFile)(process.execPath, [bin, "--version"]);
}
