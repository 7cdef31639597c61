import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packedPackage, type Project } from "./support/packed-package.ts";
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
