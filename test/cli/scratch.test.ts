import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeScratch } from "../../cli/local-world/scratch.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const newFolder = useTemporaryFolders();

test("each run has a folder of its own, and takes it away", () => {
  const parent = join(newFolder(), "wrangler");
  const [one, other] = [makeScratch(parent), makeScratch(parent)];
  writeFileSync(join(one.folder, "state"), "");
  expect(readdirSync(parent)).toHaveLength(2);
  one.remove();
  expect(existsSync(one.folder)).toBe(false);
  expect(existsSync(other.folder)).toBe(true);
});

test("what a run left that was killed goes with the next one", () => {
  const parent = newFolder();
  const { pid } = spawnSync("true");
  for (const name of [`${pid}-abc`, "no-number"])
    mkdirSync(join(parent, name, "state"), { recursive: true });
  const { folder } = makeScratch(parent);
  expect(readdirSync(parent).map((name) => join(parent, name))).toEqual([folder]);
});
