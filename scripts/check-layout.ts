import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { lineAt, readModule, type Module } from "./read-module.ts";
import { packageOf, readPackage, wayToForbidden } from "./read-package.ts";

/**
 * Who may import whom: prints each violation as `file:line: reason`, and exits 1 where there is one. The argument is the
 * folder to look at; default the repository.
 */
const ROOT = path.resolve(process.argv[2] ?? path.resolve(import.meta.dirname, ".."));

/** The folders that a folder's modules may import, beside their own; null is any. A folder that is not here is unknown. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | null>> = {
  shared: [],
  worker: ["shared"],
  "origin-verifier": ["shared"],
  cli: ["origin-verifier", "shared"],
  examples: ["origin-verifier", "shared", "worker"],
  scripts: ["origin-verifier", "shared", "worker"],
  test: null,
  bench: null,
};

// Folders of which it is promised what they do not hold: an import that cannot be read here has no place in them.
const READABLE = ["shared", "worker", "origin-verifier"];

// The verifier's process holds no code that can mint certificates or speak for the operator.
const NEVER_IN_THE_VERIFIER = ["@peculiar/x509", "reflect-metadata", "commander", "cloudflare"];

// shared/ decides by its arguments alone: no clock, no chance, no outside, and no `this` to lose. A `new Date` of a given
// text reads no clock.
const IMPURE =
  /\bDate\.now\b|\bnew Date\b(?!\s*\(\s*[^)\s])|(?<!\bnew )\bDate\s*\(|\bMath\.random\b|(?<![.\w$])(?:this|process|console|globalThis|performance|crypto|fetch)\b/g;

const manifest = readPackage(ROOT);
const modules = readModules();
const violations: string[] = [];
const report = (file: string, line: number, reason: string): void => {
  violations.push(`${file}:${line}: ${reason}`);
};

const withoutCycles = new Set<string>();
for (const [file, module] of modules) {
  checkModule(file, module);
  checkCycles(file, []);
}
checkVerifier();

for (const violation of violations.toSorted()) console.log(violation);
console.error(`layout: ${modules.size} modules, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;

function readModules(): ReadonlyMap<string, Module> {
  const files = globSync("*/**/*.{ts,mts,cts,js,mjs,cjs}", {
    cwd: ROOT,
    exclude: (name) => /^(?:node_modules|dist|coverage|\..+)$/.test(path.basename(name)),
  });
  return new Map(
    files.toSorted().map((file) => [file, readModule(readFileSync(path.join(ROOT, file), "utf8"))]),
  );
}

function checkModule(file: string, { imports, code }: Module): void {
  const folder = folderOf(file);
  const allowed = MAY_IMPORT[folder];
  if (allowed === undefined) report(file, 1, `${folder}/ has no place in the layout`);
  if (!allowed) return;
  for (const { specifier, line } of imports) {
    const reason =
      specifier === null
        ? READABLE.includes(folder) && "what a computed name imports cannot be checked"
        : reasonAgainst(specifier, file, folder, allowed);
    if (reason) report(file, line, reason);
  }
  if (folder !== "shared") return;
  for (const { 0: found, index } of code.matchAll(IMPURE)) {
    report(file, lineAt(code, index), `shared/ is pure: no ${found}`);
  }
}

function reasonAgainst(
  specifier: string,
  file: string,
  folder: string,
  allowed: readonly string[],
): string | null {
  const target = targetOf(file, specifier);
  if (target === null) {
    // By its own name a package reaches its files past this check; what others copy is written as they will write it.
    const isOwn = packageOf(specifier) === manifest.name && folder !== "examples";
    if (specifier.startsWith("#") || isOwn) return `import ${specifier} by its path`;
    if (folder === "shared" && specifier !== "valibot")
      return `shared/ imports nothing but valibot, not ${specifier}`;
    return null;
  }
  const to = folderOf(target);
  const isData = to === "." && target.endsWith(".json") && folder !== "shared";
  if (to === folder || allowed.includes(to) || isData) return null;
  return `${folder}/ may not import ${to === "." ? target : `${to}/`}`;
}

function checkCycles(file: string, way: readonly string[]): void {
  if (withoutCycles.has(file)) return;
  const wayHere = [...way, file];
  for (const { target, line } of ownImports(file)) {
    const start = wayHere.indexOf(target);
    if (start === -1) checkCycles(target, wayHere);
    else report(file, line, `import cycle: ${[...wayHere.slice(start), target].join(" -> ")}`);
  }
  withoutCycles.add(file);
}

function checkVerifier(): void {
  const reached = new Set(
    [...modules.keys()].filter((file) => folderOf(file) === "origin-verifier"),
  );
  // A set goes on to what is added while it is walked.
  for (const file of reached) {
    for (const { target } of ownImports(file)) reached.add(target);
    for (const { specifier, line } of modules.get(file)?.imports ?? []) {
      if (specifier === null || targetOf(file, specifier) !== null) continue;
      const way = wayToForbidden(packageOf(specifier), NEVER_IN_THE_VERIFIER, ROOT);
      if (way !== null)
        report(file, line, `the verifier's process may not hold ${way.join(" -> ")}`);
    }
  }
}

/** The modules of ours that a module imports. */
function ownImports(file: string): readonly { readonly target: string; readonly line: number }[] {
  return (modules.get(file)?.imports ?? []).flatMap(({ specifier, line }) => {
    const target = specifier === null ? null : targetOf(file, specifier);
    return target !== null && modules.has(target) ? [{ target, line }] : [];
  });
}

/** The file of ours that an import names, from the root; null for a package of others. */
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return path.join(path.dirname(file), specifier);
  // A package that lies in one of our folders is that folder.
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  const [, local] = all[packageOf(specifier)]?.split("file:") ?? [];
  return local === undefined ? null : path.join(local, "index.ts");
}

function folderOf(file: string): string {
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : ".";
}
