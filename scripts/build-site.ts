import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { pageOf, siteText } from "./site-pages.ts";

/*
 * Builds the documentation as a site, into dist/site: every Markdown file of the repository at its own place, and a
 * reference of the package's exports from their comments. What it needs is installed by `(cd docs/site && npm ci)`.
 */
const ROOT = path.resolve(import.meta.dirname, "..");
const SITE = path.join(ROOT, "docs/site");
const BUILD = path.join(SITE, ".build");
const PAGES = path.join(BUILD, "pages");

if (!existsSync(path.join(SITE, "node_modules"))) {
  console.error("what builds the site is not installed\nnext: (cd docs/site && npm ci)");
  process.exit(1);
}

rmSync(BUILD, { recursive: true, force: true });
const documents = globSync("**/*.md", {
  cwd: ROOT,
  exclude: (name) =>
    /^(?:node_modules|dist|coverage|\..+)$/.test(path.basename(name)) || name === "docs/site",
}).toSorted();
const isPage = (file: string): boolean => documents.includes(file);
const isFile = (file: string): boolean =>
  statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.isFile() ?? false;
const copies = new Set<string>();
for (const file of documents) {
  const { text, files } = siteText(file, readFileSync(path.join(ROOT, file), "utf8"), {
    isPage,
    isFile,
  });
  write(pageOf(file), text);
  for (const copied of files) copies.add(copied);
}
for (const file of copies) copy(file, path.join("public/files", file));
copy("docs/site/index.md", "index.md");
copy("origin-verifier/admin/assets/icon.svg", "public/icon.svg");

// The reference is of what the package exports, under the names that importers write.
const { exports } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
};
for (const [name, target] of Object.entries(exports)) {
  if (typeof target === "string") continue;
  const source = path.join(ROOT, target.types.replace("dist/", "").replace(/\.d\.ts$/, ".ts"));
  const entry = path.join(BUILD, "entries/pullproof", `${name}.ts`);
  mkdirSync(path.dirname(entry), { recursive: true });
  writeFileSync(
    entry,
    `export * from ${JSON.stringify(path.relative(path.dirname(entry), source))};\n`,
  );
}
run("typedoc", "--options", path.join(SITE, "typedoc.json"), "--out", path.join(PAGES, "api"));
run("vitepress", "build", SITE);
console.error(`${documents.length} pages and the reference in dist/site`);

function write(file: string, text: string): void {
  const to = path.join(PAGES, file);
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, text);
}

function copy(from: string, to: string): void {
  cpSync(path.join(ROOT, from), path.join(PAGES, to));
}

function run(name: string, ...args: readonly string[]): void {
  const bin = path.join(SITE, "node_modules/.bin", name);
  execFileSync(process.execPath, [bin, ...args], { cwd: ROOT, stdio: "inherit" });
}
