import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readModule } from "../scripts/read-module.ts";
import { packageOf } from "../scripts/read-package.ts";
import { bundle } from "./support/bundle.ts";
import { skipUnless } from "./support/loud-skip.ts";
import {
  listFiles,
  modulesOf,
  packedFile,
  packedPackage,
  type Project,
} from "./support/packed-package.ts";

const root = resolve(import.meta.dirname, "..");
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

/** What can be imported, and nothing else: a name that is here stays. */
const EXPORTED: Readonly<Record<string, readonly string[]>> = {
  "./origin-verifier": ["VerifierRefusesToStart", "createOriginVerifier"],
  "./origin-verifier/node": ["UnjudgedRequest", "createOriginServer", "pullOf"],
  "./origin-verifier/express": [
    "UnjudgedRequest",
    "WronglyMounted",
    "createOriginServer",
    "pullOf",
  ],
  "./origin-verifier/fastify": ["UnjudgedRequest", "WronglyMounted", "originServer", "pulls"],
  "./origin-verifier/hono": ["WronglyMounted", "createOriginServer", "pulls"],
  "./worker": ["createWorker", "originPull"],
  "./worker/hono": ["originPull"],
  "./miniflare": ["localBinding", "plugins"],
  "./testing": ["startOrigin"],
  "./mapping": ["parseMapping"],
};

it("exports these names, and none by accident", async () => {
  const found: Record<string, readonly string[]> = {};
  for (const [name, to] of modulesOf(project.manifest))
    found[name] = (await bundle(project.pullproof, to.default)).exports;
  expect(found).toEqual(EXPORTED);
});

it("has a doc comment on each of them", async () => {
  for (const [name, to] of modulesOf(project.manifest)) {
    const text = await readFile(join(project.pullproof, to.types), "utf8");
    const undocumented = [
      ...text.matchAll(
        /(?<!\*\/\s*)^export (?:declare )?(?:function|const|class|interface|type) (\w+)/gm,
      ),
    ].map(([, exported]) => exported);
    expect([name, undocumented]).toEqual([name, []]);
  }
});

it("says that it has no effects but by what is called, and a bundler believes it", async () => {
  expect(project.manifest.sideEffects).toBe(false);
  await writeFile(
    join(project.folder, "unused.js"),
    [...modulesOf(project.manifest)]
      .map(([name]) => `import "pullproof${name.slice(1)}";`)
      .join("\n"),
  );
  expect((await bundle(project.folder, "unused.js")).text.trim()).toBe("");
});

describe("as wrangler bundles it,", () => {
  // Measured in November 2026: 21 and 15 KiB. It is what visitors wait for at a cold start.
  it.each([
    ["./worker", 24],
    ["./worker/hono", 18],
  ])("%s brings nothing of Node's or the operator's, and %i KiB at most", async (name, most) => {
    const to = project.manifest.exports[name] as { readonly default: string };
    const { inputs, imports, text } = await bundle(project.pullproof, to.default, "all of it");
    expect(imports.filter((imported) => imported !== "cloudflare:workers")).toEqual([]);
    expect(inputs.filter((input) => /dist\/(?:cli|origin-verifier)\//.test(input))).toEqual([]);
    expect(inputs.filter((input) => /dist\/(?:worker|shared)\//.test(input))).not.toEqual([]);
    expect(gzipSync(text).byteLength / 1024).toBeLessThan(most);
  });
});

describe("what is packed", () => {
  it("is what is built of the sources that are here, and these files", async () => {
    const packed = await listFiles(project.pullproof);
    const built = globSync("{cli,origin-verifier,shared,worker}/**/*.ts", { cwd: root })
      .filter((file) => !/^worker\/(?:index\.ts$|generated\/)|\.d\.ts$/.test(file))
      .flatMap((file) => [".js", ".d.ts"].map((end) => `dist/${file.replace(/\.ts$/, end)}`));
    // The console's script is a project of its own, built beside its source.
    const assets = ["console.css", "console.js", "icon.svg"];
    const others = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json"];
    expect(packed).toEqual(
      [
        ...built.filter((file) => !file.includes("/assets/")),
        ...assets.map((name) => `origin-verifier/admin/assets/${name}`),
        ...others,
        "shared/mapping.schema.json",
      ].toSorted(),
    );
  });

  it("holds no key, no source map and no place of this machine", async () => {
    for (const file of await listFiles(project.pullproof)) {
      const text = await readFile(join(project.pullproof, file), "utf8");
      expect([file, KEY.test(text)]).toEqual([file, false]);
      expect([file, text.includes("sourceMappingURL")]).toEqual([file, false]);
      expect([file, text.includes(root)]).toEqual([file, false]);
    }
  });

  it("imports nothing that it does not bring, or ask for", async () => {
    const { dependencies = {}, peerDependencies = {} } = project.manifest;
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    const imported = new Set<string>();
    for (const file of await listFiles(project.pullproof)) {
      // What is bundled has brought what it imports.
      if (!file.endsWith(".js") || file === "dist/cli/cloudflare/client.js") continue;
      const { imports } = readModule(await readFile(join(project.pullproof, file), "utf8"));
      for (const { specifier } of imports)
        if (specifier !== null && !/^(?:\.|node:|cloudflare:)/.test(specifier))
          imported.add(packageOf(specifier));
    }
    expect([...imported].filter((name) => !declared.includes(name))).toEqual([]);
    expect(declared.filter((name) => !imported.has(name))).toEqual(UNIMPORTED);
    expect(project.manifest.optionalDependencies).toBeUndefined();
  });
});

// Not by an import of code: express and fastify are taken by their types, ws as Node finds it.
const UNIMPORTED = ["ws", "express", "fastify"];
// A key with something in it, and not the words alone, which readers of keys have.
const KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----\\?n?\s*[A-Za-z0-9+/]{16}/;

const tools = join(root, "test/tools/node_modules/.bin");
describe.skipIf(
  skipUnless(existsSync(tools), "publint and attw: (cd test/tools && npm ci --ignore-scripts)"),
)("what other people's tools say of it:", () => {
  it.each([
    ["publint", ["run", "--strict"]],
    // ESM alone, on purpose: `require` of it works in every Node that it supports.
    ["attw", ["--profile", "esm-only", "--no-color"]],
  ])("%s finds nothing", async (tool, args) => {
    const said = await run(join(tools, tool), [...args, await packedFile()]).then(
      ({ stdout }) => ({ failed: false, stdout }),
      ({ stdout }: { readonly stdout: string }) => ({ failed: true, stdout }),
    );
    expect(said).toEqual({ failed: false, stdout: expect.any(String) });
  });
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
