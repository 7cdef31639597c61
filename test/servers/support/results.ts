import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What came of one promise at one server: `partly` where some of what was tried came out as it must. */
export type Outcome = "kept" | "partly" | "not kept";

/** A recorded run at one server. */
export interface ServerResults {
  readonly version: string;
  /** By the promise's number. */
  readonly promises: Readonly<Record<string, Outcome>>;
  /** How many of the things that were tried came out wrong, where any did. */
  readonly wrong: Readonly<Record<string, number>>;
  /** What broke those that were broken, but for requests of which there are many of one kind. */
  readonly broken: Readonly<Record<string, readonly string[]>>;
}

const FOLDER = join(import.meta.dirname, "../results");

/** Each server has a file of its own, so that runs beside each other can be recorded. */
const NAMES = ["nginx", "haproxy", "caddy", "apache", "stunnel"] as const;

/** The recorded runs, by server. */
export function readResults(): Readonly<Record<string, ServerResults>> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const results = read(name);
      return results === null ? [] : [[name, results]];
    }),
  );
}

function read(name: string): ServerResults | null {
  try {
    return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as ServerResults;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw thrown;
  }
}

/** Writes one run down. */
export function recordResults(name: string, results: ServerResults): void {
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
}
