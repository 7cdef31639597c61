import { readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { BUILT } from "../stand-in.ts";

/** The repository's folder, or the installed package's. */
const ROOT = join(import.meta.dirname, BUILT ? "../../.." : "../..");

/** The repository's folder, seen from another one. */
function rootFrom(folder: string): string {
  const path = relative(realpathSync(folder), realpathSync(ROOT));
  return path.startsWith(".") || path === "" ? path : `./${path}`;
}

/**
 * The Worker's entry for a folder that has none: the mapping from the folder, everything else from the package.
 *
 * @param entry its own place, from which the mapping is named; and, in the repository, the package.
 */
export function workerEntry(entry: string): string {
  const from = (file: string): string => {
    const found = relative(dirname(entry), file);
    return JSON.stringify(found.startsWith(".") ? found : `./${found}`);
  };
  const worker = BUILT ? '"pullproof/worker"' : from(join(rootFrom("."), "worker/worker.ts"));
  return `import mapping from ${from("mapping.json")};
import { createWorker } from ${worker};

// Read once, at start-up: a mapping that does not parse is never deployed.
const worker = createWorker(mapping);

/** The pulling side by itself: with createWorker(mapping, { pullBy: "entrypoint" }) Workers Cache can be put between the two. */
export const Pull = worker.Pull;

/** The visitor's side: hostname, entry, cache, and then a pull or nothing. */
export default worker.gateway;
`;
}

/** What a folder needs beside it for `wrangler dev`: the Worker's code, and the local stand-in for mtls_certificates. */
function needed(): readonly [name: string, version: string] {
  if (!BUILT) return ["pullproof-local-mtls", `file:${rootFrom(".")}/cli/local-mtls`];
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return ["pullproof", version];
}

/** The package.json of a folder that has none. */
export function manifest(name: string, wrangler: string): string {
  const [needs, version] = needed();
  const devDependencies = { [needs]: version, wrangler };
  return `${JSON.stringify({ name, private: true, type: "module", devDependencies }, null, 2)}\n`;
}

/** What npm is told to install in a folder that has one. */
export function toInstall(): string {
  const [needs, version] = needed();
  return version.startsWith("file:") ? version.slice("file:".length) : `${needs}@${version}`;
}
