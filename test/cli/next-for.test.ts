import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nextFor, nextForConfiguration, nextForMapping } from "../../cli/manners/next-for.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const newFolder = useTemporaryFolders();

it("what is not there is to be got, what may not be read to be opened, and all else to be corrected", () => {
  const folder = newFolder();
  const [missing, there, loop] = ["missing", "there", "loop"].map((name) => join(folder, name));
  writeFileSync(there as string, "");
  // Root may read everything but this.
  symlinkSync(loop as string, loop as string);
  expect(nextFor(missing as string, "get one")).toBe("get one");
  expect(nextFor(join(there as string, "below"), "get one")).toBe("get one");
  expect(nextFor(loop as string, "get one", "the loop")).toMatch(/^make the loop readable/);
  expect(nextFor(there as string, "get one", "mine")).toMatch(/^correct mine/);
});

it("whoever has no mapping is at the beginning", () => {
  const missing = join(newFolder(), "mapping.json");
  expect(nextForMapping(missing)).toMatch(/pullproof init/);
  expect(nextForConfiguration(missing, "--local")).toMatch(/pullproof init.*--local/);
});
