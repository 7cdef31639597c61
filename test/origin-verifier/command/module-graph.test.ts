import { execFile } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { useBinWorld } from "./support/bin-world.ts";
import { readModuleGraph, recordModules } from "./support/module-graph.ts";
import { pull } from "./support/pull.ts";

const { files: makeFiles, application: startApplication, start } = useBinWorld();

/** What can mint a certificate, read a command line for it, hold a Cloudflare token, or deploy a Worker. */
const NEVER = [
  "@peculiar/x509",
  "reflect-metadata",
  "commander",
  "wrangler",
  "miniflare",
  // What the adapters alone are for.
  "express",
  "fastify",
  "@hono/node-server",
];

it("the verifier's process loads nothing that mints certificates or speaks to Cloudflare, whatever it does", async () => {
  const files = await makeFiles();
  const application = await startApplication("application");
  const recorded = files.path("modules.txt");
  const bin = start([...files.flags(application.address), "--admin", "127.0.0.1:0"], {
    nodeOptions: recordModules(recorded),
  });
  // All that it does, so that what is loaded late is loaded too.
  const origin = await bin.port("origin");
  const admin = await bin.port("admin");
  expect((await pull(origin, files.pki.shop)).status).toBe(200);
  expect((await pull(origin, files.pki.blog)).status).toBe(403);
  await expect(pull(origin, null)).rejects.toMatchObject({ code: "ECONNRESET" });
  for (const path of ["/", "/status", "/metrics", "/livez", "/readyz"]) {
    const [response] = (await once(get({ port: admin, path, agent: false }), "response")) as [
      IncomingMessage,
    ];
    expect(response.resume().statusCode).toBe(200);
  }
  await files.write("mapping.json", "");
  bin.signal("SIGHUP");
  await bin.event("reload-failed");
  bin.signal("SIGTERM");
  expect(await bin.ended).toEqual({ code: 0, stderr: "" });

  const { folders, packages, builtins } = await readModuleGraph(recorded);
  expect([...folders].toSorted()).toEqual(["origin-verifier", "shared"]);
  for (const name of NEVER) expect(packages).not.toContain(name);
  // For people on a terminal, and loaded there alone.
  expect(packages).not.toContain("pino-pretty");
  // That what was written down is all of it: what it cannot do without is there.
  expect(packages).toContain("pino");
  expect(packages).toContain("valibot");
  expect(builtins).toContain("https");
  // No process of its own, and no code from text.
  for (const name of ["child_process", "cluster", "vm", "inspector"]) {
    expect(builtins).not.toContain(name);
  }
});

it("a worker starts no process either: its supervisor does, which accepts no pulls", async () => {
  const files = await makeFiles();
  const recorded = files.path("modules.txt");
  const bin = start([...files.flags(), "--workers", "2"], { nodeOptions: recordModules(recorded) });
  await bin.event("listening", 2);
  bin.signal("SIGTERM");
  expect((await bin.ended).code).toBe(0);
  const [supervisor, workers] = [
    await readModuleGraph(recorded),
    await readModuleGraph(`${recorded}.worker`),
  ];
  expect([...workers.folders].toSorted()).toEqual(["origin-verifier", "shared"]);
  for (const name of NEVER) expect(workers.packages).not.toContain(name);
  expect(workers.builtins).toContain("https");
  for (const name of ["child_process", "cluster", "vm", "inspector"])
    expect(workers.builtins).not.toContain(name);
  for (const name of NEVER) expect(supervisor.packages).not.toContain(name);
  expect(supervisor.builtins).toContain("child_process");
});

it("the operator's own tool does, and the recorder sees it", async () => {
  const files = await makeFiles();
  const recorded = files.path("modules.txt");
  const bin = fileURLToPath(new URL("../../../cli/pullproof.ts", import.meta.url));
  const issue = ["issue", "--help"];
  await promisify(execFile)(process.execPath, [...recordModules(recorded), bin, ...issue]);
  const { folders, packages } = await readModuleGraph(recorded);
  expect(folders).toContain("cli");
  expect(packages).toContain("commander");
  expect(packages).toContain("@peculiar/x509");
});
