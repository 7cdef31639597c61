import { readFileSync } from "node:fs";
import path from "node:path";
import { partOf } from "./changelog.ts";
import { publishProblems } from "./publish-problems.ts";
import { readReleasedPackage } from "./releases.ts";

/*
 * Exits 1 where the package must not be published from here, and says why. npm asks it before it publishes a folder
 * (prepublishOnly), and the release workflow before it publishes the packed file.
 */
const ROOT = path.resolve(import.meta.dirname, "..");

const manifest = readReleasedPackage(ROOT);
const changelog = readFileSync(path.join(ROOT, "CHANGELOG.md"), "utf8");
const changes = partOf(changelog, manifest.version);
const problems = publishProblems({ env: process.env, manifest, changes });
if (problems.length > 0) {
  console.error(`${manifest.name} ${manifest.version} is not published from here:`);
  for (const problem of problems) console.error(`  ${problem}`);
  console.error(
    "next: npm run release:dry-run shows what would be; CONTRIBUTING.md says how it is",
  );
  process.exitCode = 1;
}
