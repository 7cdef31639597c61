import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { folderIn, installedPackage, quietEnvironment } from "./support/installed-package.ts";
import { complaintsIn, packedPackage, type Project } from "./support/packed-package.ts";
import { VISIT_WORKER } from "./support/use-exports.ts";
import { attempt, pki, plainMapping, SHOP, statusOf, type Pki } from "./support/verifier-world.ts";

const root = resolve(import.meta.dirname, "..");
const EXAMPLES = ["node", "express", "fastify", "hono"] as const;

let project: Project;
let folder: string;
let keys: Pki;
beforeAll(async () => {
  project = await packedPackage();
  for (const name of EXAMPLES)
    await copyFile(join(root, "examples", name, "server.ts"), join(project.folder, `${name}.ts`));
  keys = await pki();
  folder = await mkdtemp(join(tmpdir(), "pullproof-examples-"));
  const mapping = plainMapping(keys);
  delete mapping.hosts["blog.example.com"];
  const own = keys.origin.get(SHOP);
  for (const [name, text] of Object.entries({
    "mapping.json": JSON.stringify(mapping),
    "issuer.pem": keys.issuer.certificate,
    "other.pem": keys.otherIssuer.certificate,
    "origin.pem": own?.certificate ?? "",
    "origin.key": own?.key ?? "",
  }))
    await writeFile(join(folder, name), text, { mode: 0o600 });
}, 120_000);
afterAll(async () => {
  await project.remove();
  await rm(folder, { recursive: true, force: true });
});

it("has one for each framework, and each compiles as it stands", async () => {
  for (const name of EXAMPLES)
    expect(await readdir(join(root, "examples", name))).toEqual(["server.ts"]);
  expect(await project.complaints(...EXAMPLES.map((name) => `${name}.ts`))).toBe("");
});

describe.each(EXAMPLES)("examples/%s", (name) => {
  it("answers a pull with its certificate, and nobody else", async () => {
    const program = join(project.folder, `${name}.ts`);
    const child = spawn(process.execPath, [program], {
      cwd: folder,
      env: { ...process.env, PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      const port = Number(/^pulls are accepted on port ([0-9]+)$/.exec(line)?.[1]);
      const asked = `GET / HTTP/1.1\r\nHost: ${SHOP}\r\nConnection: close\r\n\r\n`;
      for (const stranger of [null, keys.stranger])
        expect(await attempt({ port }, stranger, {}, asked)).toBe("");
      expect(statusOf(await attempt({ port }, keys.blog, {}, asked))).toBe(403);
      const answer = await attempt({ port }, keys.shop, {}, asked);
      expect(statusOf(answer)).toBe(200);
      expect(answer).toContain("/ for shop.example.com: accepted\n");
    } finally {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
  });
});

// Examples for Workers are projects of their own, into which the package is installed as npm does it.
describe("for Workers,", { timeout: 120_000 }, () => {
  const run = promisify(execFile);
  const WORKERS_TYPES = ["@cloudflare/workers-types/experimental"];
  let installed: string;
  beforeAll(async () => {
    installed = await installedPackage();
  }, 300_000);

  /** A copy of an example, beside what is installed. */
  async function copyOf(name: string): Promise<string> {
    const copy = await folderIn(installed, name);
    await cp(join(root, "examples", name), copy, { recursive: true });
    return copy;
  }

  it("existing-worker keeps its own route, pulls what is mapped, and nothing else", async () => {
    const example = await copyOf("existing-worker");
    expect(await complaintsIn(example, ["index.ts", "env.d.ts"], WORKERS_TYPES)).toBe("");
    await writeFile(join(example, "visit.ts"), VISIT_WORKER);
    const urls = ["shop.example.com/cart", "shop.example.com/edge/time", "other.example.com/"];
    const args = ["visit.ts", ...urls.map((url) => `http://${url}`)];
    const env = quietEnvironment();
    const { stdout } = await run(process.execPath, args, { cwd: example, env });
    expect(stdout.trim().split("\n")).toEqual([
      "200 shop.example.com accepted /cart",
      "200 - - -",
      "404 - - -",
    ]);
  });

  it("existing-worker is what would be deployed", async () => {
    const example = await copyOf("existing-worker");
    const wrangler = join(installed, "node_modules/wrangler/bin/wrangler.js");
    const args = [wrangler, "deploy", "--dry-run", "--outdir", "out"];
    const env = quietEnvironment();
    const { stdout } = await run(process.execPath, args, { cwd: example, env });
    expect(stdout).toMatch(/env\.PULL_CERT_SHOP .*mTLS/);
  });

  it("miniflare's own tests pass, in Node and inside workerd", async () => {
    const example = await copyOf("miniflare");
    expect(await complaintsIn(example, ["worker.ts"], WORKERS_TYPES)).toBe("");
    const vitest = join(installed, "node_modules/.bin/vitest");
    const env = quietEnvironment();
    const { stdout } = await run(process.execPath, [vitest, "run"], { cwd: example, env });
    expect(stdout).toMatch(/Tests +4 passed/);
  });
});
