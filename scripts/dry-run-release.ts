import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { partOf } from "./changelog.ts";
import { startEmptyRegistry } from "./empty-registry.ts";
import { makeVersion, readReleasedPackage, summaries } from "./releases.ts";

/*
 * The next release, up to the moment in which something would be sent: its version, its part of CHANGELOG.md, and the files
 * that npm would publish. Everything happens in a copy; nothing here is changed, and no registry is asked but an empty one.
 *
 * The argument is a packed file; default: what `npm pack` makes of what is built. Exits 1 where the release would fail.
 */
const ROOT = path.resolve(import.meta.dirname, "..");
const run = promisify(execFile);

/** What `npm publish --json` says of a package. */
interface Published {
  readonly id: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const scratch = mkdtempSync(path.join(tmpdir(), "pullproof-release-"));
try {
  await dryRun(process.argv[2]);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function dryRun(packed: string | undefined): Promise<void> {
  const repository = path.join(scratch, "repository");
  mkdirSync(path.join(repository, ".changeset"), { recursive: true });
  for (const file of ["package.json", "package-lock.json", "CHANGELOG.md"])
    cpSync(path.join(ROOT, file), path.join(repository, file));
  for (const file of readdirSync(path.join(ROOT, ".changeset")))
    if (file === "config.json" || file.endsWith(".md"))
      cpSync(path.join(ROOT, ".changeset", file), path.join(repository, ".changeset", file));

  const { name, version } = readReleasedPackage(ROOT);
  const isNext = (await summaries(repository)).length > 0;
  const next = isNext ? await makeVersion(repository) : version;
  const part = partOf(readFileSync(path.join(repository, "CHANGELOG.md"), "utf8"), next);
  if (!part) throw new Error(`CHANGELOG.md: nothing is told of ${next}`);
  console.log(
    `${name} ${version}${isNext ? ` -> ${next}` : ", as it is"}\n\n## ${next}\n\n${part}\n`,
  );

  const folder = path.join(scratch, "package");
  mkdirSync(folder);
  await run("tar", ["-xzf", packed ?? (await pack()), "-C", folder, "--strip-components=1"]);
  const files = listFiles(folder);
  if (!files.some((file) => file.startsWith("dist/")))
    throw new Error("nothing is built\nnext: npm run build");
  for (const file of ["package.json", "CHANGELOG.md"])
    cpSync(path.join(repository, file), path.join(folder, file));
  const published = await publishNowhere(folder);
  const would = published.files.map((file) => file.path).toSorted();
  for (const file of would) console.log(file);
  const differing = [...files, ...would].filter(
    (file) => !files.includes(file) || !would.includes(file),
  );
  if (differing.length > 0)
    throw new Error(`npm would not publish what was packed: ${differing.join(", ")}`);
  const size = (published.size / 1024).toFixed(0);
  console.log(`\n${published.id}: ${would.length} files, ${size} KiB packed; nothing was sent`);
}

/** What is built, packed. Not built anew: prepack would. */
async function pack(): Promise<string> {
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", scratch];
  const { stdout } = await run("npm", packing, { cwd: ROOT });
  return path.join(scratch, onlyOne<{ readonly filename: string }>(stdout, "filename").filename);
}

async function publishNowhere(folder: string): Promise<Published> {
  const registry = await startEmptyRegistry();
  try {
    // Without its scripts: who publishes by hand is refused by one of them (may-publish.ts).
    const args = ["publish", folder, "--dry-run", "--ignore-scripts", "--json"];
    const { stdout } = await run("npm", [...args, `--registry=${registry.url}`], { cwd: scratch });
    if (registry.attempts.length > 0)
      throw new Error(`a dry run must send nothing: ${registry.attempts.join(", ")}`);
    return onlyOne<Published>(stdout, "id");
  } finally {
    registry.close();
  }
}

/** Of one package npm says a list of one, an object under its name, or the thing itself, as its versions go. */
function onlyOne<T>(json: string, property: keyof T & string): T {
  const said = JSON.parse(json) as object;
  const [one] = property in said ? [said] : Object.values(said);
  return one as T;
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
