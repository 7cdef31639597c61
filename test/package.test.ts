import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packedPackage, type Project } from "./support/packed-package.ts";

const run = promisify(execFile);
let project: Project;
beforeAll(async () => {
  project = await packedPackage();
}, 120_000);
afterAll(() => project.remove());

/** What a module prints that stands in the project. */
async function printed(text: string): Promise<string> {
  await writeFile(join(project.folder, "module.js"), text);
  return (await run(process.execPath, ["module.js"], { cwd: project.folder })).stdout.trim();
}

/** What the compiler says of one. */
async function complaints(text: string): Promise<string> {
  await writeFile(join(project.folder, "module.ts"), text);
  return project.complaints("module.ts");
}

it("has something to import under each of its names", async () => {
  const modules = Object.entries(project.manifest.exports).filter(
    ([, to]) => typeof to === "object",
  );
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

it("brings what it uses of Cloudflare's SDK, which is not installed beside it", async () => {
  const client = join(project.pullproof, "dist/cli/cloudflare/client.js");
  const text = `import { createCloudflareClient } from ${JSON.stringify(client)};
    const access = { token: "none", baseUrl: "http://127.0.0.1:9/client/v4" };
    const { mtlsCertificates, zones } = await createCloudflareClient(access);
    console.log(typeof mtlsCertificates.create, typeof zones.list);
    await import("cloudflare").catch((error) => console.log(error.code));`;
  expect(await printed(text)).toBe("function function\nERR_MODULE_NOT_FOUND");
});

it("has commands that start, and everything that they read", async () => {
  for (const to of Object.values(project.manifest.bin)) {
    const { stdout } = await run(process.execPath, [join(project.pullproof, to), "--help"]);
    expect(stdout).toMatch(/^(?:origin-verifier|\S*\s*pullproof)/i);
  }
  expect(
    await printed(`import { readFileSync } from "node:fs";
      const schema = new URL(import.meta.resolve("pullproof/mapping.schema.json"));
      console.log(JSON.parse(readFileSync(schema, "utf8")).type);`),
  ).toBe("object");
  const assets = join(project.pullproof, "dist/origin-verifier/admin/assets.js");
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
