import { readFileSync } from "node:fs";
import path from "node:path";
import { partOf } from "./changelog.ts";
import { readReleasedPackage } from "./releases.ts";

/* Prints what CHANGELOG.md says of package.json's version; exits 1 where that is nothing. */
const ROOT = path.resolve(import.meta.dirname, "..");

const { version } = readReleasedPackage(ROOT);
const part = partOf(readFileSync(path.join(ROOT, "CHANGELOG.md"), "utf8"), version);
if (part) console.log(part);
else {
  console.error(`CHANGELOG.md: nothing is told of ${version}\nnext: npm run version-packages`);
  process.exitCode = 1;
}
