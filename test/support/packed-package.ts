import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What is looked at of a package.json. */
export interface Manifest {
  readonly exports: Readonly<
    Record<string, string | { readonly types: string; readonly default: string }>
  >;
  readonly bin: Readonly<Record<string, string>>;
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

/** Makes one. Nothing is fetched: dependencies are those of this repository. */
export async function packedPackage(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "pullproof-package-"));
  const tsc = join(root, "node_modules/.bin/tsc");
  await run(tsc, ["-b", "cli"], { cwd: root });
  await run(process.execPath, [join(root, "scripts/bundle-sdk.ts")], { cwd: root });
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", packing, { cwd: root });
  const [{ filename }] = JSON.parse(stdout) as [{ readonly filename: string }];
  const packages = join(folder, "node_modules");
  const pullproof = join(packages, "pullproof");
  await mkdir(pullproof, { recursive: true });
  await run("tar", ["-xzf", join(folder, filename), "-C", pullproof, "--strip-components=1"]);
  for (const name of await readdir(join(root, "node_modules")))
    // Nobody who installs the package has the SDK: what is used of it comes bundled.
    if (!name.startsWith(".") && name !== "cloudflare")
      await symlink(join(root, "node_modules", name), join(packages, name));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  return {
    folder,
    pullproof,
    manifest: JSON.parse(await readFile(join(pullproof, "package.json"), "utf8")) as Manifest,
    complaints: async (...modules) => {
      const compilerOptions = {
        strict: true,
        noEmit: true,
        module: "NodeNext",
        target: "ES2024",
        types: ["node"],
        exactOptionalPropertyTypes: true,
        noPropertyAccessFromIndexSignature: true,
        skipLibCheck: true,
      };
      const text = JSON.stringify({ compilerOptions, files: modules });
      await writeFile(join(folder, "tsconfig.json"), text);
      return run(tsc, ["-p", folder]).then(
        () => "",
        (error: { readonly stdout: string }) => error.stdout,
      );
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
