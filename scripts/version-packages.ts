import path from "node:path";
import { makeVersion } from "./releases.ts";

/*
 * Makes the next version of what is unreleased, in a folder (default: the repository), and prints it. Run by
 * .github/workflows/release.yml, whose pull request it becomes. Exits 1, with nothing changed, where there is nothing to release.
 */
const folder = path.resolve(process.argv[2] ?? path.resolve(import.meta.dirname, ".."));
try {
  console.log(await makeVersion(folder));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
