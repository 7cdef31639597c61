/**
 * A program for a project that the package is installed in: uses each export that Node can, and prints a line for each. An
 * origin of `pullproof/testing` lends its certificates to the frameworks' servers.
 */
export const USE_EXPORTS = `
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { parseMapping } from "pullproof/mapping";
import { localBinding, plugins } from "pullproof/miniflare";
import { createOriginVerifier } from "pullproof/origin-verifier";
import * as forExpress from "pullproof/origin-verifier/express";
import * as forFastify from "pullproof/origin-verifier/fastify";
import * as forHono from "pullproof/origin-verifier/hono";
import * as forNode from "pullproof/origin-verifier/node";
import { startOrigin } from "pullproof/testing";

const HOST = "origin-shop.example.net";
const mapping = {
  version: 1,
  issuers: { own: { certificates: "issuer.pem" } },
  hosts: {
    "shop.example.com": {
      origin: "https://" + HOST,
      present: { by: "worker", binding: "PULL_CERT_SHOP" },
      accept: { issuer: "own", certificates: ["sha256:" + "0".repeat(64)] },
    },
  },
};
const parsed = parseMapping(mapping);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
console.log("mapping: " + parsed.value.entries[0].hostname);

// Without \`await using\`, which Node 22 does not know.
const origin = await startOrigin({ mapping });
const mine = await origin.pull("shop.example.com");
const strange = await origin.pull("shop.example.com", { as: "stranger" });
console.log("testing: " + mine.verdict + " " + mine.answer?.status + ", stranger " + strange.verdict + " " + strange.answer);

const own = origin.pullCertificates.get("PULL_CERT_SHOP");
if (own === undefined) throw new Error("no certificate");
const verifier = await createOriginVerifier({
  mapping: join(origin.folder, "mapping.json"),
  origins: {
    by: "certificate",
    files: { certificate: join(origin.folder, HOST + ".pem"), key: join(origin.folder, HOST + ".key") },
  },
});
const stranger = {
  certificate: readFileSync(join(origin.folder, "stranger.pem"), "utf8"),
  key: readFileSync(join(origin.folder, "stranger.key"), "utf8"),
};

/** What a pull with a certificate is answered; null where nothing is. */
async function pull(port: number, { certificate, key }: { certificate: string; key: string }) {
  const asked = request({
    host: "127.0.0.1", port, servername: HOST, headers: { Host: HOST },
    cert: certificate, key, ca: origin.originIssuer.certificate, agent: false,
  });
  asked.end();
  try {
    const [answer] = await once(asked, "response");
    let text = "";
    for await (const part of answer) text += part;
    return text + " " + answer.statusCode;
  } catch {
    return null;
  }
}

interface Listening {
  address(): { readonly port: number } | string | null;
  close(done?: () => void): unknown;
}
async function tell(name: string, server: Listening): Promise<void> {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const [accepted, refused] = [await pull(port, own!), await pull(port, stranger)];
  console.log(name + ": " + accepted + ", stranger " + refused);
  await new Promise<void>((done) => void server.close(() => done()));
}

const node = forNode.createOriginServer(verifier, (incoming, response) => {
  response.end(forNode.pullOf(incoming).verdict);
});
await new Promise<void>((done) => void node.listen(0, () => done()));
await tell("node", node);

const app = express();
app.get("/", (incoming, response) => void response.end(forExpress.pullOf(incoming).verdict));
const withExpress = forExpress.createOriginServer(verifier, app);
await new Promise<void>((done) => void withExpress.listen(0, () => done()));
await tell("express", withExpress);

const fastify = Fastify({ serverFactory: forFastify.originServer(verifier) });
await fastify.register(forFastify.pulls);
fastify.get("/", (incoming) => incoming.pull.verdict);
await fastify.listen({ port: 0, host: "127.0.0.1" });
await tell("fastify", fastify.server);

const hono = new Hono().use(forHono.pulls).get("/", (c) => c.text(c.var.pull.verdict));
const withHono = forHono.createOriginServer(verifier, hono);
await new Promise<void>((done) => void withHono.listen(0, () => done()));
await tell("hono", withHono);

const { createRequire } = await import("node:module");
const fromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
const { Miniflare } = fromWrangler("miniflare");
const { paths } = own;
const miniflare = new Miniflare({
  cf: false,
  workers: [{
    config: {
      name: "theirs",
      compatibilityDate: "2026-10-01",
      manifest: {
        mainModule: "index.js",
        modulesRoot: origin.folder,
        modules: { "index.js": { type: "esm", contents: "export default { fetch: (request, env) => env.SHOP.fetch(request) }" } },
      },
      env: {
        SHOP: localBinding({
          host: HOST, address: origin.address, certificate: paths.certificate, key: paths.key,
          trust: origin.originIssuer.paths.certificate,
        }),
      },
    },
  }],
});
try {
  const said = await (await miniflare.dispatchFetch("https://" + HOST + "/")).json();
  const { SHOP } = await miniflare.getBindings();
  const saidToNode = await (await SHOP.fetch("https://" + HOST + "/")).json();
  console.log("miniflare: " + said.verdict + ", from Node " + saidToNode.verdict);
} finally {
  await miniflare.dispose();
}
if (plugins["local-mtls"] === undefined) throw new Error("no plugin");
await origin.close();
`;

/**
 * A program that starts the Worker of its folder on the local twin there, visits the URLs of its arguments, and prints for
 * each the status, and the hostname, verdict and path that the application was told.
 */
export const VISIT_WORKER = `
import { startOrigin } from "pullproof/testing";
import { unstable_startWorker } from "wrangler";

await using origin = await startOrigin({ mapping: "mapping.json" });
Object.assign(process.env, origin.environment);
const worker = await unstable_startWorker({
  config: "wrangler.local.toml",
  dev: { server: { port: 0 }, inspector: false, logLevel: "error" },
});
for (const url of process.argv.slice(2)) {
  const answer = await worker.fetch(url, { redirect: "manual" });
  const text = await answer.text();
  const said = text.startsWith("{") ? JSON.parse(text) : {};
  const { hostname = "-", verdict = "-", path = "-" } = said;
  console.log(answer.status, hostname, verdict, path);
}
await worker.dispose();
`;
