import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { readPackage } from "../../scripts/read-package.ts";
import { onceARun } from "./once-a-run.ts";
import { packedFile } from "./packed-package.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const INSTALLS_WITHIN = 240_000;

/** What people install beside it, in the versions of this repository. */
const BESIDE = [
  "@cloudflare/workers-types",
  "@hono/node-server",
  "@types/express",
  "@types/node",
  "express",
  "fastify",
  "hono",
  "vitest",
  "wrangler",
];

/**
 * For tests inside workerd: the newest whose own wrangler has its platform packages published. It is no dependency of this
 * repository's, where a second wrangler would stand beside the first.
 */
const VITEST_PLUGIN = "@cloudflare/vitest-plugin@1.4.10";

/**
 * An empty project into which npm has installed the packed package, from the registry and with nothing of this repository;
 * gives its folder. Once for all files of a run.
 */
export async function installedPackage(): Promise<string> {
  const packed = await packedFile();
  return onceARun("installed", async (folder) => {
    const { dependencies, devDependencies } = readPackage(root);
    const versions = { ...dependencies, ...devDependencies };
    const beside = BESIDE.map((name) => `${name}@${versions[name] ?? ""}`);
    await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    await run("npm", ["install", ...flags, packed, ...beside, VITEST_PLUGIN], {
      cwd: folder,
      timeout: INSTALLS_WITHIN,
    });
    return folder;
  });
}

/** A folder of one's own in it, from which everything that is installed there is found. */
export async function folderIn(installed: string, name: string): Promise<string> {
  return mkdtemp(join(installed, `${name}-`));
}

/** What tools that ask the network, or write where they should not, are told. */
export function quietEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CI: "true",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
    WRANGLER_SEND_METRICS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    ...more,
  };
}
