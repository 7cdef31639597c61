import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** What a package.json says, as far as it matters here. */
export interface Package {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Reads a folder's package.json. */
export function readPackage(folder: string): Package {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Package;
}

/** The package that an import by name comes from: `@a/b` of `@a/b/c`. */
export function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

/**
 * The packages on the way from one to a forbidden one, by what each declares that it needs; null where no way leads there.
 * What is not installed leads nowhere.
 */
export function wayToForbidden(
  name: string,
  forbidden: readonly string[],
  from: string,
  seen: Set<string> = new Set(),
): readonly string[] | null {
  if (forbidden.includes(name)) return [name];
  const folder = folderOf(name, from);
  if (folder === undefined || seen.has(folder)) return null;
  seen.add(folder);
  const { dependencies, optionalDependencies, peerDependencies } = readPackage(folder);
  const needs = { ...peerDependencies, ...optionalDependencies, ...dependencies };
  for (const next of Object.keys(needs)) {
    const way = wayToForbidden(next, forbidden, folder, seen);
    if (way !== null) return [name, ...way];
  }
  return null;
}

/** Where a package lies as a module in `from` finds it; undefined where it is not installed. */
export function folderOf(name: string, from: string): string | undefined {
  return foldersUpFrom(from)
    .map((up) => path.join(up, "node_modules", name))
    .find((candidate) => existsSync(path.join(candidate, "package.json")));
}

function foldersUpFrom(folder: string): readonly string[] {
  const up = path.dirname(folder);
  return up === folder ? [folder] : [folder, ...foldersUpFrom(up)];
}
