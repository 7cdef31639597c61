import { cpSync, existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runPullproof, type Ran } from "../support/run-pullproof.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../../..");
const CLONED = [
  "worker",
  "shared",
  "scripts",
  "mapping.json",
  "wrangler.toml",
  "wrangler.local.toml",
  "package.json",
  ".gitignore",
];
const HOSTS = [
  "--host",
  "shop.acme.test=origin-shop.acme.test",
  "--host",
  "api.acme.test=origin-api.acme.test",
];

const newFolder = useTemporaryFolders();
let folder = "";
beforeEach(() => {
  folder = newFolder();
});

const run = async (...args: string[]): Promise<Ran> => await runPullproof(args, folder);

/** From nothing to pulls through workerd and the verifier: check is clean, and every row is as it should be. */
async function expectPulls(): Promise<void> {
  const initialised = await run("init", ...HOSTS);
  expect({ status: initialised.status, said: initialised.stderr }).toMatchObject({ status: 0 });
  // `npm install` is what it says next: what that brings is in this repository already.
  rmSync(join(folder, "node_modules"), { force: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const checked = await run("check");
  expect(checked).toMatchObject({ status: 0, stderr: "" });
  const ports = ["--port", "0", "--origin-port", "0", "--application-port", "0"];
  const { status, stdout, stderr } = await run("dev", "--once", "--json", ...ports);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const { rows } = JSON.parse(stdout) as {
    rows: readonly { tried: string; asItShouldBe: boolean }[];
  };
  expect(rows.map(({ tried }) => tried).slice(0, 2)).toEqual(["shop.acme.test", "api.acme.test"]);
  expect(rows.every(({ asItShouldBe }) => asItShouldBe)).toBe(true);
}

describe("after init, check is clean and dev pulls", { timeout: 180_000 }, () => {
  test("in an empty folder", async () => {
    await expectPulls();
    expect(existsSync(join(folder, "worker/generated"))).toBe(false);
  });

  test("in a clone of this repository, whose example makes place and whose types are made anew", async () => {
    for (const name of CLONED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    await expectPulls();
    const types = readFileSync(join(folder, "worker/generated/mapping-bindings.ts"), "utf8");
    expect(types).toContain("PULL_CERT_API");
    expect(types).not.toContain("PULL_CERT_BLOG");
  });
});
