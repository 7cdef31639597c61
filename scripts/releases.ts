import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { release } from "./changelog.ts";

const run = promisify(execFile);
const TOOLS = path.resolve(import.meta.dirname, "../.changeset/node_modules/@changesets");

/** What a release needs to know of a package.json. */
export interface ReleasedPackage {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly repository?: string | { readonly url?: string };
}

/** Reads a folder's package.json. */
export function readReleasedPackage(folder: string): ReleasedPackage {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as ReleasedPackage;
}

/** One changeset, as far as it matters here. */
interface Changeset {
  readonly id: string;
  readonly summary: string;
  readonly releases: readonly { readonly name: string; readonly type: string }[];
}

/**
 * What each changeset of a folder says of the next release, in the order of their names. Those that release nothing are
 * left out; empty where there is nothing to release.
 */
export async function summaries(folder: string): Promise<readonly string[]> {
  if (!existsSync(TOOLS))
    throw new Error("changesets is not installed\nnext: (cd .changeset && npm ci)");
  const { readChangesets } = (await import(
    pathToFileURL(path.join(TOOLS, "read/dist/index.mjs")).href
  )) as {
    readonly readChangesets: (folder: string) => Promise<readonly Changeset[]>;
  };
  const found = (await readChangesets(folder)).filter(({ releases }) =>
    releases.some(({ type }) => type !== "none"),
  );
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ summary }) => summary.trim());
}

/**
 * Gives a folder the version that its changesets ask for: package.json, package-lock.json, CHANGELOG.md; the changesets are
 * used up. Gives the new version.
 *
 * @throws Error that says what is wrong, and what to do; nothing was changed then.
 */
export async function makeVersion(folder: string): Promise<string> {
  const said = await summaries(folder);
  if (said.length === 0)
    throw new Error(".changeset: nothing there releases anything\nnext: npm run changeset");
  const changelog = path.join(folder, "CHANGELOG.md");
  const text = readFileSync(changelog, "utf8");
  // Of a package that is private changesets says that all is updated, and leaves everything as it was.
  if (readReleasedPackage(folder).private === true)
    throw new Error("package.json: what is private has no releases");
  // Tried with a version that nobody has, before anything is written.
  release(text, "next", "");
  await run(process.execPath, [path.join(TOOLS, "cli/bin.js"), "version"], { cwd: folder });
  const next = readReleasedPackage(folder).version;
  writeFileSync(changelog, release(text, next, said.join("\n\n")));
  writeLockedVersion(path.join(folder, "package-lock.json"), next);
  return next;
}

/** npm writes the package's own version twice into its lockfile; changesets knows nothing of it. */
function writeLockedVersion(file: string, version: string): void {
  const lock = JSON.parse(readFileSync(file, "utf8")) as {
    version: string;
    packages: { "": { version: string } };
  };
  lock.version = version;
  lock.packages[""].version = version;
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
