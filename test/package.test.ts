import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

/** The package as npm would publish it, built and unpacked beside its dependencies, in a project that uses it. */
const root = resolve(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules/.bin", name);
const run = promisify(execFile);
let project: string;

interface Manifest {
  readonly exports: Readonly<
    Record<string, string | { readonly types: string; readonly default: string }>
  >;
  readonly bin: Readonly<Record<string, string>>;
}
let manifest: Manifest;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "pullproof-package-"));
  await run(bin("tsc"), ["-b", "cli"], { cwd: root });
  const { stdout } = await run(
    "npm",
    ["pack", "--ignore-scripts", "--json", "--pack-destination", project],
    { cwd: root },
  );
  const [{ filename }] = JSON.parse(stdout) as [{ readonly filename: string }];
  const packages = join(project, "node_modules");
  await mkdir(join(packages, "pullproof"), { recursive: true });
  const into = ["-C", join(packages, "pullproof"), "--strip-components=1"];
  await run("tar", ["-xzf", join(project, filename), ...into]);
  for (const name of await readdir(join(root, "node_modules"))) {
    if (!name.startsWith("."))
      await symlink(join(root, "node_modules", name), join(packages, name));
  }
  manifest = JSON.parse(
    await readFile(join(packages, "pullproof/package.json"), "utf8"),
  ) as Manifest;
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
}, 120_000);

afterAll(() => rm(project, { recursive: true, force: true }));

/** What a module prints that stands in the project. */
async function printed(text: string): Promise<string> {
  await writeFile(join(project, "module.js"), text);
  return (await run(process.execPath, ["module.js"], { cwd: project })).stdout.trim();
}

/** What the compiler says of a module that stands in the project, at its strictest. */
async function complaints(text: string): Promise<string> {
  await writeFile(join(project, "module.ts"), text);
  await writeFile(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: "NodeNext",
        target: "ES2024",
        types: ["node"],
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
      },
      files: ["module.ts"],
    }),
  );
  return run(bin("tsc"), ["-p", project]).then(
    () => "",
    (error: { readonly stdout: string }) => error.stdout,
  );
}

it("has something to import under each of its names", async () => {
  const modules = Object.entries(manifest.exports).filter(([, to]) => typeof to === "object");
  expect(modules.map(([name]) => name)).toEqual([
    "./origin-verifier",
    "./origin-verifier/node",
    "./origin-verifier/express",
    "./origin-verifier/fastify",
    "./origin-verifier/hono",
    "./mapping",
  ]);
  const imports = modules.map(([name]) => `pullproof${name.slice(1)}`);
  const text = `for (const name of ${JSON.stringify(imports)})
    console.log(name, Object.keys(await import(name)).join());`;
  expect((await printed(text)).split("\n")).toEqual([
    expect.stringMatching(/^pullproof\/origin-verifier .*createOriginVerifier/),
    "pullproof/origin-verifier/node UnjudgedRequest,createOriginServer,pullOf",
    "pullproof/origin-verifier/express UnjudgedRequest,WronglyMounted,createOriginServer,pullOf",
    "pullproof/origin-verifier/fastify UnjudgedRequest,WronglyMounted,originServer,pulls",
    "pullproof/origin-verifier/hono WronglyMounted,createOriginServer,pulls",
    expect.stringMatching(/^pullproof\/mapping .*parseMapping/),
  ]);
});

it("has no other way in", async () => {
  const text = `await import("pullproof/dist/origin-verifier/adapters/pull-of.js")
    .catch((error) => console.log(error.code));`;
  expect(await printed(text)).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED");
});

it("has commands that start, and everything that they read", async () => {
  for (const to of Object.values(manifest.bin)) {
    const { stdout } = await run(process.execPath, [
      join(project, "node_modules/pullproof", to),
      "--help",
    ]);
    expect(stdout).toMatch(/^(?:origin-verifier|\S*\s*pullproof)/i);
  }
  expect(
    await printed(`import { readFileSync } from "node:fs";
      const schema = new URL(import.meta.resolve("pullproof/mapping.schema.json"));
      console.log(JSON.parse(readFileSync(schema, "utf8")).type);`),
  ).toBe("object");
  const assets = join(project, "node_modules/pullproof/dist/origin-verifier/admin/assets.js");
  expect(
    await printed(`import { readAssets } from ${JSON.stringify(assets)};
      console.log(readAssets().size);`),
  ).toBe("3");
});

it("has types: each framework's handler sees its pull, and must look at the verdict first", async () => {
  expect(
    await complaints(`
      import { createServer } from "node:https";
      import express from "express";
      import Fastify from "fastify";
      import { Hono } from "hono";
      import { createOriginVerifier, type AcceptedPull } from "pullproof/origin-verifier";
      import * as forNode from "pullproof/origin-verifier/node";
      import * as forExpress from "pullproof/origin-verifier/express";
      import * as forFastify from "pullproof/origin-verifier/fastify";
      import * as forHono from "pullproof/origin-verifier/hono";
      import { parseMapping, type Mapping } from "pullproof/mapping";

      const verifier = await createOriginVerifier({
        mapping: "mapping.json",
        origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
      });
      const accepted = (pull: AcceptedPull): string => pull.fingerprint;

      forNode.createOriginServer(verifier, (request, response) => {
        const pull = forNode.pullOf(request);
        // @ts-expect-error: it may be a refused one.
        pull.fingerprint;
        response.end(pull.verdict === "accepted" ? accepted(pull) : pull.reason);
      }).listen(443, "0.0.0.0", () => {});

      const app = express();
      app.get("/", (request, response) => {
        // @ts-expect-error: it may be a refused one.
        accepted(forExpress.pullOf(request));
        response.end(forExpress.pullOf(request).hostname);
      });
      forExpress.createOriginServer(verifier, app).listen({ port: 443 });
      // @ts-expect-error: a router is no application.
      forExpress.createOriginServer(verifier, express.Router());

      const fastify = Fastify({ serverFactory: forFastify.originServer(verifier), logger: true });
      await fastify.register(forFastify.pulls);
      fastify.get("/", async (request) => {
        // @ts-expect-error: it is read-only.
        request.pull = request.pull;
        // @ts-expect-error: it may be a refused one.
        accepted(request.pull);
        return request.pull.hostname;
      });
      await fastify.listen({ port: 443, host: "0.0.0.0" });
      // @ts-expect-error: there is no HTTP/2.
      Fastify({ http2: true, serverFactory: forFastify.originServer(verifier) });

      const hono = new Hono().use(forHono.pulls).get("/", (c) => {
        // @ts-expect-error: it may be a refused one.
        accepted(c.var.pull);
        return c.text(c.var.pull.hostname);
      });
      forHono.createOriginServer(verifier, hono).listen(443);
      const typed = new Hono<forHono.PullEnv>();
      typed.use(forHono.pulls);
      typed.get("/", (c) => c.text(c.var.pull.hostname));
      forHono.createOriginServer(verifier, typed);
      // @ts-expect-error: without pulls there is none.
      new Hono().get("/", (c) => c.text(c.var.pull.hostname));

      const read = parseMapping({});
      if (read.ok) ((mapping: Mapping) => mapping.entries)(read.value);
      void createServer;
    `),
  ).toBe("");
});
