import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { partOf, unreleased } from "../../scripts/changelog.ts";
import { type EmptyRegistry, startEmptyRegistry } from "../../scripts/empty-registry.ts";
import { skipUnless } from "../support/loud-skip.ts";
import { packedFile } from "../support/packed-package.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const OURS = ["package.json", "package-lock.json", "CHANGELOG.md", ".changeset"];

let scratch: string;
let registry: EmptyRegistry;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "pullproof-release-"));
  registry = await startEmptyRegistry();
  // Somebody who is logged in.
  const { host } = new URL(registry.url);
  writeFileSync(join(scratch, "npmrc"), `//${host}/:_authToken=somebody\n`);
});
afterAll(async () => {
  registry.close();
  await rm(scratch, { recursive: true, force: true });
});

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs something as on a developer's machine, whoever runs this test. */
async function run(command: string, args: readonly string[], cwd = ROOT): Promise<Ran> {
  const env = {
    PATH: process.env["PATH"],
    HOME: scratch,
    NO_COLOR: "1",
    npm_config_registry: registry.url,
    npm_config_userconfig: join(scratch, "npmrc"),
    npm_config_update_notifier: "false",
  };
  return promisify(execFile)(command, args, { cwd, env, maxBuffer: 2 ** 24 }).then(
    (said) => ({ status: 0, ...said }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      status: error.code,
      stdout: error.stdout,
      stderr: error.stderr,
    }),
  );
}

/** A folder with what of the repository a release touches. */
function copy(name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  for (const path of OURS)
    cpSync(join(ROOT, path), join(folder, path), {
      recursive: true,
      filter: (file) => !file.endsWith("node_modules"),
    });
  return folder;
}

/** Takes away the changesets of a folder. */
function removeChangesets(changesets: string): void {
  for (const file of readdirSync(changesets))
    if (file.endsWith(".md")) rmSync(join(changesets, file));
}

/** The text of all that a release touches. */
function textOf(folder: string): Readonly<Record<string, string>> {
  const changesets = [".changeset/config.json", ".changeset/first.md"];
  return Object.fromEntries(
    [...OURS.slice(0, 3), ...changesets]
      .filter((file) => existsSync(join(folder, file)))
      .map((file) => [file, readFileSync(join(folder, file), "utf8")]),
  );
}

/** Publishes; gives what was tried at the registry, too. */
async function publish(...args: readonly string[]): Promise<Ran & { readonly tried: unknown }> {
  const before = registry.attempts.length;
  const ran = await run("npm", ["publish", ...args]);
  return { ...ran, tried: registry.attempts.slice(before) };
}

describe("nobody publishes by accident:", () => {
  let packed: string;
  beforeAll(async () => {
    const folder = copy("to-pack");
    const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--silent"], folder);
    packed = join(folder, stdout.trim());
  });

  it("a folder is refused by its own script, which says where it is published from", async () => {
    const { status, stderr, tried } = await publish();
    expect(stderr).toContain("is not published from here");
    expect(stderr).toContain("next: npm run release:dry-run");
    expect(status).not.toBe(0);
    expect(tried).toEqual([]);
  });

  // npm runs no script for these. It is asked for provenance, and there is none outside of CI.
  it.each([
    ["a folder without its scripts", () => ["--ignore-scripts"]],
    ["a packed file", () => [packed]],
  ])("%s is refused by npm, for nobody can prove where it comes from", async (_, args) => {
    const { status, stderr, tried } = await publish(...args());
    expect(stderr).toContain("provenance");
    expect(status).not.toBe(0);
    expect(tried).toEqual([]);
  });

  it("which is seen here, for what both are switched off for would be sent", async () => {
    const { tried } = await publish(packed, "--provenance=false");
    expect(tried).toEqual(["PUT /pullproof"]);
  });
});

const cannotVersion = skipUnless(
  existsSync(join(ROOT, ".changeset/node_modules")),
  "changesets: (cd .changeset && npm ci --ignore-scripts)",
);

const version = (folder: string): Promise<Ran> =>
  run(process.execPath, [join(ROOT, "scripts/version-packages.ts"), folder]);

/** A repository whose Unreleased and one changeset say something of ours alone. */
function repository(name: string, step: string): string {
  const folder = copy(name);
  const changesets = join(folder, ".changeset");
  removeChangesets(changesets);
  writeFileSync(join(changesets, "first.md"), step);
  writeFileSync(
    join(folder, "CHANGELOG.md"),
    "# Changelog\n\n## Unreleased\n\n### Added\n\n- A line.\n",
  );
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as object;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, version: "1.2.3" }));
  return folder;
}

describe.skipIf(cannotVersion)("the next version", () => {
  const MINOR = '---\n"pullproof": minor\n---\n\nA lead.\n';
  const NOTHING = "---\n---\n\nA lead.\n";
  it.each<[string, string, (folder: string) => void, string]>([
    [
      "without a changeset",
      MINOR,
      (folder) => removeChangesets(join(folder, ".changeset")),
      "next: npm run changeset",
    ],
    [
      "of which nothing is told",
      MINOR,
      (folder) => writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n"),
      "nothing is told under Unreleased",
    ],
    ["by a changeset that releases nothing", NOTHING, () => {}, "next: npm run changeset"],
    [
      "of a private package",
      MINOR,
      (folder) => {
        const file = join(folder, "package.json");
        writeFileSync(file, readFileSync(file, "utf8").replace("{", '{ "private": true,'));
      },
      "private",
    ],
  ])("is not made %s, and nothing is changed", async (name, step, spoil, why) => {
    const folder = repository(name, step);
    spoil(folder);
    const before = textOf(folder);
    const { status, stdout, stderr } = await version(folder);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(why);
    expect(textOf(folder)).toEqual(before);
  });

  it.each([
    ["major", "2.0.0"],
    ["minor", "1.3.0"],
    ["patch", "1.2.4"],
  ])("after a %s step is %s, everywhere, and its changeset is used up", async (step, next) => {
    const folder = repository(step, `---\n"pullproof": ${step}\n---\n\nA lead.\n`);
    expect(await version(folder)).toEqual({ status: 0, stdout: `${next}\n`, stderr: "" });
    const { "package.json": manifest = "", "package-lock.json": lock = "" } = textOf(folder);
    expect(JSON.parse(manifest)).toMatchObject({ name: "pullproof", version: next });
    expect(JSON.parse(lock)).toMatchObject({ version: next, packages: { "": { version: next } } });
    expect(textOf(folder)[".changeset/first.md"]).toBeUndefined();
    expect(textOf(folder)["CHANGELOG.md"]).toBe(
      `# Changelog\n\n## Unreleased\n\n## ${next}\n\nA lead.\n\n### Added\n\n- A line.\n`,
    );
  });
});

it.skipIf(cannotVersion)("a dry run shows all of it, and changes and sends nothing", async () => {
  const packed = await packedFile();
  const { stdout: list } = await run("tar", ["-tzf", packed]);
  const files = list
    .trim()
    .split("\n")
    .map((file) => file.replace(/^package\//, ""));
  const before = [textOf(ROOT), registry.attempts.length];
  const script = join(ROOT, "scripts/dry-run-release.ts");
  const { status, stdout, stderr } = await run(process.execPath, [script, packed]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  const [first = "", last = ""] = [lines[0], lines.at(-1)];
  const changelog = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  const next = /[\d.]+(?=$|, as it is)/.exec(first)?.[0] ?? "none";
  expect(stdout).toContain(unreleased(changelog) || partOf(changelog, next));
  expect(lines).toEqual(expect.arrayContaining(files));
  expect(last).toMatch(/^pullproof@\d+\.\d+\.\d+: \d+ files, \d+ KiB packed; nothing was sent$/);
  expect(last).toContain(`pullproof@${next}: ${files.length} files`);
  expect([textOf(ROOT), registry.attempts.length]).toEqual(before);
});
