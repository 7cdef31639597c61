import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { onceARun } from "./once-a-run.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What is looked at of a package.json. */
export interface Manifest {
  readonly exports: Readonly<
    Record<string, string | { readonly types: string; readonly default: string }>
  >;
  readonly bin: Readonly<Record<string, string>>;
  readonly sideEffects?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** What can be imported: the name from the package's own, and where its code and its types are. */
export function modulesOf({
  exports,
}: Manifest): readonly (readonly [name: string, { types: string; default: string }])[] {
  return Object.entries(exports).flatMap(([name, to]) =>
    typeof to === "string" ? [] : [[name, to] as const],
  );
}

/** Every file of a folder, by its path in it, in order. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** A project that uses the package as npm would publish it: built, packed, and unpacked beside its dependencies. */
export interface Project {
  readonly folder: string;
  /** Of the package in it. */
  readonly manifest: Manifest;
  /** Where the package lies in it. */
  readonly pullproof: string;
  /** What the compiler says of some of its modules, at its strictest; empty where nothing. */
  readonly complaints: (...modules: readonly string[]) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Builds the package and packs it as npm would publish it; gives the packed file's path. Once for all files of a run. */
export async function packedFile(): Promise<string> {
  return onceARun("packed", async (folder) => {
    await run(join(root, "node_modules/.bin/tsc"), ["-b", "cli", "worker"], { cwd: root });
    for (const script of ["remove-stale", "bundle-sdk"])
      await run(process.execPath, [join(root, `scripts/${script}.ts`)], { cwd: root });
    const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const { stdout } = await run("npm", packing, { cwd: root });
    const [{ filename }] = JSON.parse(stdout) as [{ readonly filename: string }];
    return join(folder, filename);
  });
}

/** Makes one. Nothing is fetched: dependencies are those of this repository. */
export async function packedPackage(): Promise<Project> {
  const packed = await packedFile();
  const folder = await mkdtemp(join(tmpdir(), "pullproof-package-"));
  const packages = join(folder, "node_modules");
  const pullproof = join(packages, "pullproof");
  await mkdir(pullproof, { recursive: true });
  await run("tar", ["-xzf", packed, "-C", pullproof, "--strip-components=1"]);
  for (const name of await readdir(join(root, "node_modules")))
    // Nobody who installs the package has the SDK: what is used of it comes bundled.
    if (!name.startsWith(".") && name !== "cloudflare")
      await symlink(join(root, "node_modules", name), join(packages, name));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  return {
    folder,
    pullproof,
    manifest: JSON.parse(await readFile(join(pullproof, "package.json"), "utf8")) as Manifest,
    complaints: (...modules) => complaintsIn(folder, modules),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * What the compiler says of a folder's modules, at its strictest; empty where nothing.
 *
 * @param types whose globals they see.
 */
export async function complaintsIn(
  folder: string,
  modules: readonly string[],
  types: readonly string[] = ["node"],
): Promise<string> {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: "NodeNext",
    target: "ES2024",
    lib: ["ES2024", "ESNext.Disposable"],
    types,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    resolveJsonModule: true,
    skipLibCheck: true,
    ...(types.includes("node") ? {} : { module: "ESNext", moduleResolution: "Bundler" }),
  };
  const text = JSON.stringify({ compilerOptions, files: modules });
  await writeFile(join(folder, "tsconfig.json"), text);
  return run(join(root, "node_modules/.bin/tsc"), ["-p", folder]).then(
    () => "",
    (error: { readonly stdout: string }) => error.stdout,
  );
}
