import type { NewFile } from "../certificates/write-files.ts";
import { newFile } from "./binding-files.ts";
import { PLACES, type Standing } from "./find-standing.ts";

const KEYS_AND_THROWAWAY = [".pullproof/", "*.key"];
const OF_WRANGLER = ["node_modules/", ".wrangler/"];

/** Keys and throwaway files out of git; with a Worker, what wrangler and npm put there, too. */
export function ignoredFile(
  { gitignore }: Pick<Standing, "gitignore">,
  hasWorker: boolean,
): NewFile {
  const lines = (gitignore ?? "").split(/\r?\n/);
  const missing = [...(hasWorker ? OF_WRANGLER : []), ...KEYS_AND_THROWAWAY].filter(
    (line) => !lines.includes(line) && !lines.includes(line.replace(/\/$/, "")),
  );
  const start =
    gitignore === null || gitignore === "" || gitignore.endsWith("\n")
      ? (gitignore ?? "")
      : `${gitignore}\n`;
  return newFile(
    PLACES.gitignore,
    `${start}${missing.map((line) => `${line}\n`).join("")}`,
    gitignore,
  );
}
