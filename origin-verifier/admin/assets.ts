import { existsSync, readFileSync } from "node:fs";
import type { Answer } from "./answer.ts";

const TYPES = {
  "console.css": "text/css; charset=utf-8",
  "console.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;

// Not compiled, and so not in dist/: a built verifier reads them where they were written.
const BESIDE = new URL("assets/", import.meta.url);
const FOLDER = existsSync(BESIDE)
  ? BESIDE
  : new URL("../../../origin-verifier/admin/assets/", import.meta.url);

/** The console's own files by their path, read once: nothing that a request says names a file. */
export function readAssets(): ReadonlyMap<string, Answer> {
  return new Map(
    Object.entries(TYPES).map(([name, type]) => [
      `/${name}`,
      { status: 200, type, body: readFileSync(new URL(name, FOLDER), "utf8") },
    ]),
  );
}
