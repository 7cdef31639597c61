import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

describe.each(["", "docs/site", "test/tools"])("the lockfile of %j", (folder) => {
  const text = readFileSync(join(ROOT, folder, "package-lock.json"), "utf8");

  // npm leaves out what a registry did not have at that moment, says nothing, and refuses its own lockfile from then on.
  it("has every optional package that it names, or `npm ci` refuses it everywhere", () => {
    const { packages } = JSON.parse(text) as Lockfile;
    const locked = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
    const missing = Object.values(packages)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !locked.has(name));
    expect(missing).toEqual([]);
  });

  it("names no registry", () => {
    expect(text).not.toContain('"resolved": "http');
  });
});
