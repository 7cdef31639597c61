import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder of this run alone, for what its files share. */
    toolRun: string;
  }
}

/** Makes the folder before the first file, and takes it away after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "pullproof-run-"));
  project.provide("toolRun", folder);
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
