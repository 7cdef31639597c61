import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, expect } from "vitest";
import { runIn, type Ran } from "./run-pullproof.ts";
import { useTemporaryFolders } from "./temporary-folder.ts";

/** The folder that a test's project is made in: empty before each of them. */
export interface ProjectFolder {
  readonly path: () => string;
  /** `pullproof init` in it. */
  readonly init: (...args: string[]) => Promise<Ran>;
  readonly read: (path: string) => string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** Every file below the folder, with its text. */
  readonly everything: () => Readonly<Record<string, string>>;
  /** `pullproof check` finds nothing, and says nothing on stderr. */
  readonly expectClean: () => Promise<void>;
}

/** Gives each test one. */
export function useProjectFolder(): ProjectFolder {
  const newFolder = useTemporaryFolders();
  let folder = "";
  beforeEach(() => {
    folder = newFolder();
  });
  return {
    path: () => folder,
    init: async (...args) => await runIn(folder, "init", ...args),
    read: (path) => readFileSync(join(folder, path), "utf8"),
    write: (files) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    everything: () => {
      const names = readdirSync(folder, { recursive: true, withFileTypes: true });
      const files = names.filter((entry) => entry.isFile());
      return Object.fromEntries(
        files.map(({ parentPath, name }) => {
          const path = join(parentPath, name);
          return [path.slice(folder.length + 1), readFileSync(path, "utf8")];
        }),
      );
    },
    expectClean: async () => {
      const { status, stderr } = await runIn(folder, "check");
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
  };
}
