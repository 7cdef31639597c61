import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import path from "node:path";
import { readModule } from "./read-module.ts";
import { folderOf, packageOf, readPackage } from "./read-package.ts";

/**
 * Lays out what a machine needs that runs the built verifier, and nothing else: the modules that lead from its `main.js`,
 * the packages that those name, and a list of all of it (CycloneDX). What can make certificates, deploy, or be asked
 * questions stays behind. The argument is a folder that is not there yet. Run after `npm run build`.
 */
const ROOT = path.resolve(import.meta.dirname, "..");
const MAIN = "dist/origin-verifier/main.js";

const target = process.argv[2];
if (target === undefined) fail("which folder? npm run stage -- FOLDER", 2);
const to = path.resolve(target);
if (existsSync(to) && readdirSync(to).length > 0)
  fail(`${target} is there already, and not empty`, 1);
if (!existsSync(path.join(ROOT, MAIN))) fail(`no ${MAIN}\nnext: npm run build`, 1);

const modules = new Set<string>();
const names = new Set<string>();
follow(MAIN);
for (const asset of globSync("origin-verifier/admin/assets/*.{css,js,svg}", { cwd: ROOT }))
  modules.add(asset);
for (const file of [...modules, "LICENSE"]) copy(file);
const packages = new Set<string>();
for (const name of names) take(name, ROOT);
for (const folder of packages) copy(path.relative(ROOT, folder));
writeManifest();
writeBillOfMaterials();
console.error(`${modules.size} files and ${packages.size} packages in ${target}`);

/** Every module of ours that a module leads to, and the packages on the way. */
function follow(file: string): void {
  if (modules.has(file)) return;
  modules.add(file);
  for (const { specifier } of readModule(readFileSync(path.join(ROOT, file), "utf8")).imports) {
    if (specifier === null || isBuiltin(specifier)) continue;
    if (specifier.startsWith(".")) follow(path.join(path.dirname(file), specifier));
    else names.add(packageOf(specifier));
  }
}

/** A package as `from` finds it, and all that it depends on. */
function take(name: string, from: string): void {
  const folder = folderOf(name, from);
  // What lies above the repository is somebody else's.
  if (folder === undefined || !folder.startsWith(`${ROOT}${path.sep}`))
    fail(`${name} is not installed\nnext: npm ci`, 1);
  if (packages.has(folder)) return;
  packages.add(folder);
  for (const next of Object.keys(readPackage(folder).dependencies ?? {})) take(next, folder);
}

function copy(file: string): void {
  // A package's own folder of packages is taken apart from it, one by one.
  const within = path.join(ROOT, file, "node_modules");
  cpSync(path.join(ROOT, file), path.join(to, file), {
    recursive: true,
    dereference: true,
    filter: (source) => source !== within,
  });
}

/** The package.json of what was laid out: the verifier reads its version there, and the list its packages. */
function writeManifest(): void {
  const { name, version, description, license, type, dependencies } = JSON.parse(
    readFileSync(path.join(ROOT, "package.json"), "utf8"),
  ) as Record<string, unknown> & { dependencies: Record<string, string> };
  const needed = [...names].toSorted().map((one) => [one, dependencies[one]]);
  const manifest = { name, version, private: true, description, license, type };
  mkdirSync(to, { recursive: true });
  writeFileSync(
    path.join(to, "package.json"),
    `${JSON.stringify({ ...manifest, dependencies: Object.fromEntries(needed) as unknown }, null, 2)}\n`,
  );
}

/** npm reads what lies there, and fails where anything that is named does not. */
function writeBillOfMaterials(): void {
  const list = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], {
    cwd: to,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  writeFileSync(path.join(to, "sbom.cdx.json"), list);
}

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}
