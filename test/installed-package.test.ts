import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { installNode, VERSIONS } from "../scripts/install-nodes.ts";
import { folderIn, installedPackage, quietEnvironment } from "./support/installed-package.ts";
import { skipUnless } from "./support/loud-skip.ts";
import { complaintsIn } from "./support/packed-package.ts";
import { readSnippets } from "./support/snippets.ts";
import { USE_EXPORTS, VISIT_WORKER } from "./support/use-exports.ts";

// What npm makes of the packed file in an empty project, and nothing of this repository beside it.

const root = resolve(import.meta.dirname, "..");
const run = promisify(execFile);
const WORKERS_TYPES = ["@cloudflare/workers-types/experimental"];
const MAPPING = join(root, "examples/existing-worker/mapping.json");

// Whole projects, wrangler and vitest among them.
vi.setConfig({ testTimeout: 120_000 });

let installed: string;
beforeAll(async () => {
  installed = await installedPackage();
}, 300_000);

/** Writes files into a folder of its own, and gives it. */
async function folderWith(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await folderIn(installed, name);
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}

describe.each(VERSIONS)("on Node %s", async (version) => {
  const { binary, problem } = await installNode(version);
  const node = binary ?? "";

  describe.skipIf(skipUnless(binary !== null, `Node ${version} (${problem})`))("it", () => {
    it("does what each of its exports is for", async () => {
      const folder = await folderWith("exports", { "use-exports.ts": USE_EXPORTS });
      const { stdout } = await run(node, ["use-exports.ts"], {
        cwd: folder,
        env: quietEnvironment(),
      });
      expect(stdout.trim().split("\n")).toEqual([
        "mapping: shop.example.com",
        "testing: accepted 200, stranger unknown-issuer null",
        "node: accepted 200, stranger null",
        "express: accepted 200, stranger null",
        "fastify: accepted 200, stranger null",
        "hono: accepted 200, stranger null",
        "miniflare: accepted, from Node accepted",
      ]);
    });

    it("has both commands, and they work", async () => {
      const folder = await folderWith("commands", {});
      const command = async (name: string, ...args: readonly string[]): Promise<string> => {
        const bin = join(installed, "node_modules/.bin", name);
        return (await run(node, [bin, ...args], { cwd: folder, env: quietEnvironment() })).stdout;
      };
      expect(await command("origin-verifier", "--help")).toMatch(/^origin-verifier/);
      await command("pullproof", "init", "--host", "shop.example.com=origin-shop.example.net");
      expect(JSON.parse(await command("pullproof", "check", "--json"))).toMatchObject({
        problems: [],
      });
      const twin = await readFile(join(folder, "wrangler.local.toml"), "utf8");
      expect(twin).toContain('package = "pullproof/miniflare"');
      const entry = await readFile(join(folder, "worker/index.ts"), "utf8");
      expect(entry).toContain('from "pullproof/worker"');
    });
  });
});

it("has what init wrote pull, with the local world's certificates", async () => {
  const folder = await folderWith("init", {});
  const pullproof = join(installed, "node_modules/.bin/pullproof");
  const options = { cwd: folder, env: quietEnvironment() };
  const host = "shop.example.com=origin-shop.example.net";
  await run(process.execPath, [pullproof, "init", "--host", host], options);
  const ports = ["--port", "0", "--origin-port", "0", "--application-port", "0"];
  const dev = [pullproof, "dev", "--once", "--json", ...ports];
  const { stdout } = await run(process.execPath, dev, options);
  const { ok, rows } = JSON.parse(stdout) as { readonly ok: boolean; readonly rows: object[] };
  expect([ok, rows.length > 0]).toEqual([true, true]);
});

describe("a snippet of README.md and docs/testing.md", async () => {
  const pages = ["README.md", "docs/testing.md"].map((page) => readFile(join(root, page), "utf8"));
  const [readme, testing] = (await Promise.all(pages)).map(readSnippets);
  const snippets = [...(readme ?? []), ...(testing ?? [])];
  const mapping = await readFile(MAPPING, "utf8");
  const twin = await readFile(join(root, "examples/existing-worker/wrangler.local.toml"), "utf8");

  it("there is one of each kind", () => {
    const kinds = snippets.map(({ section, language }) => `${section}: ${language}`);
    expect(readme).toHaveLength(3);
    expect(kinds).toEqual([
      "An existing Worker: ts",
      "An existing Worker: ts",
      "An existing Node application: ts",
      "Somebody else's Worker with mtls_certificates: toml",
      "Somebody else's Worker with mtls_certificates: ts",
      "Somebody else's Worker with mtls_certificates: ts",
      "In your own tests: ts",
    ]);
  });

  it.each([0, 1])("compiles and pulls, as an existing Worker (%i)", async (which) => {
    const folder = await folderWith("worker", {
      "index.ts": snippets[which]?.text ?? "",
      "mapping.json": mapping,
      "wrangler.local.toml": twin,
      "visit.ts": VISIT_WORKER,
    });
    expect(await complaintsIn(folder, ["index.ts"], WORKERS_TYPES)).toBe("");
    const urls = ["http://shop.example.com/a", "http://other.example.com/a"];
    const { stdout } = await run(process.execPath, ["visit.ts", ...urls], {
      cwd: folder,
      env: quietEnvironment(),
    });
    expect(stdout.trim().split("\n")).toEqual(["200 shop.example.com accepted /a", "404 - - -"]);
  });

  it("compiles, in an existing Node application", async () => {
    const folder = await folderWith("node", { "index.ts": snippets[2]?.text ?? "" });
    expect(await complaintsIn(folder, ["index.ts"])).toBe("");
  });

  it("gives somebody else's Worker a handshake, from Node and inside workerd", async () => {
    const [, , , toml, fromNode, config] = snippets.map(({ text }) => text);
    const example = join(root, "examples/miniflare");
    const folder = await folderWith("theirs", {
      "wrangler.local.toml": toml ?? "",
      "from-node.ts": `${ORIGIN_FOR_THEIRS}${fromNode ?? ""}`,
      "vitest.config.ts": (config ?? "").replace(
        "plugins:",
        'test: { globalSetup: "./test/origin.ts", include: ["test/in-workerd.test.ts"] }, plugins:',
      ),
    });
    for (const part of ["worker.ts", "test"])
      await cp(join(example, part), join(folder, part), { recursive: true });
    expect(await complaintsIn(folder, ["from-node.ts", "vitest.config.ts"])).toBe("");
    const options = { cwd: folder, env: quietEnvironment() };
    expect((await run(process.execPath, ["from-node.ts"], options)).stdout).toBe("200\n");
    const vitest = join(installed, "node_modules/.bin/vitest");
    const { stdout } = await run(process.execPath, [vitest, "run"], options);
    expect(stdout).toMatch(/Tests +2 passed/);
  });

  it("tells the verdicts, in other people's tests", async () => {
    const folder = await folderWith("tests", {
      "index.ts": snippets[6]?.text ?? "",
      "mapping.json": mapping,
    });
    expect(await complaintsIn(folder, ["index.ts"])).toBe("");
    const { stdout } = await run(process.execPath, ["index.ts"], {
      cwd: folder,
      env: quietEnvironment(),
    });
    expect(stdout).toBe("accepted 200\nunknown-issuer null\n");
  });
});

/** An origin for the Worker of docs/testing.md, which a reader has already. */
const ORIGIN_FOR_THEIRS = `import { startOrigin } from "pullproof/testing";
await using origin = await startOrigin({ bindings: { PARTNER: "api.partner.example" } });
Object.assign(process.env, origin.environment);
`;
