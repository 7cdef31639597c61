import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { skipUnless } from "../../support/loud-skip.ts";

/** Packages that carry what other projects publish of their own files' form. No part of the root's `npm ci`. */
const TOOLS = join(import.meta.dirname, "../../tools");

const HINT = "(cd test/tools && npm ci --no-audit --no-fund --ignore-scripts)";

/** Whether they are missing; said aloud, and a failure where nothing may be skipped. */
export function areToolsMissing(): boolean {
  return skipUnless(existsSync(join(TOOLS, "node_modules")), `the tools of tests: ${HINT}`);
}

/** A file of a package of theirs. */
export function toolFile(path: string): string {
  return join(TOOLS, "node_modules", path);
}

/** A package of theirs. The caller says what it needs of it: it may not be there when types are checked. */
export function requireTool(name: string): unknown {
  return createRequire(join(TOOLS, "package.json"))(name);
}

/** The same for a module that can only be imported. */
export async function importTool(path: string): Promise<unknown> {
  return await import(pathToFileURL(toolFile(path)).href);
}
