import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inject, vi } from "vitest";

const WITHIN = 300_000;

/**
 * Does a piece of work once for all files of a run, which are processes beside each other: who comes first does it, and
 * the others wait for what came of it. Where it failed, it failed for all.
 *
 * @param work gets a folder of its own.
 */
export async function onceARun<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(inject("toolRun"), name);
  const outcome = join(inject("toolRun"), `${name}.json`);
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (isFirst) {
    const came = await work(folder).then(
      (result) => ({ result }),
      (thrown: unknown) => ({ failed: thrown instanceof Error ? thrown.message : String(thrown) }),
    );
    await writeFile(`${outcome}.half`, JSON.stringify(came));
    await rename(`${outcome}.half`, outcome);
  }
  await vi.waitUntil(() => existsSync(outcome), { timeout: WITHIN, interval: 100 });
  const came = JSON.parse(await readFile(outcome, "utf8")) as { result: T } | { failed: string };
  if ("failed" in came) throw new Error(`${name}: ${came.failed}`);
  return came.result;
}
