import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { localBinding, plugins, type LocalMtlsOptions } from "../../cli/local-mtls/index.ts";
import { makeLocalFolder, type LocalFolder } from "./support/certificates.ts";
import { startOrigin, type Origin } from "./support/origin.ts";

// The binding in the hands of code in Node, as getPlatformProxy() gives it: through a Miniflare that was made by hand.

interface Miniflare {
  getBindings(): Promise<Readonly<Record<string, { fetch: typeof fetch }>>>;
  dispose(): Promise<void>;
}
const requireFromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
const { Miniflare } = requireFromWrangler("miniflare") as {
  Miniflare: new (options: object) => Miniflare;
};

let local: LocalFolder;
let origin: Origin;
let miniflare: Miniflare;
beforeAll(async () => {
  local = await makeLocalFolder({ PULL_CERT_SHOP: "shop.example.com" }, [
    "origin-shop.example.net",
  ]);
  origin = await startOrigin(local);
  const options: LocalMtlsOptions = {
    host: "origin-shop.example.net",
    // A name is looked up: an origin of a sandbox's has one, and no fixed address.
    address: origin.address.replace("127.0.0.1", "localhost"),
    certificate: "PULL_CERT_SHOP.pem",
    key: "PULL_CERT_SHOP.key",
    trust: "origin-issuer.pem",
  };
  const env = {
    SHOP: localBinding(options),
    BROWSERS_TRUST: localBinding({ ...options, trust: "public" }),
  };
  const contents = "export default { fetch: () => new Response() }";
  miniflare = new Miniflare({
    cf: false,
    workers: [
      {
        config: {
          name: "theirs",
          compatibilityDate: "2026-10-01",
          manifest: {
            mainModule: "index.js",
            modulesRoot: local.folder,
            modules: { "index.js": { type: "esm", contents } },
          },
          env,
        },
        dev: { rootPath: path.resolve(local.folder) },
      },
    ],
  });
});
afterEach(() => {
  origin.reset();
});
afterAll(async () => {
  await miniflare.dispose();
  await origin.close();
  local.remove();
});

test("code in Node pulls through the binding in workerd, with its certificate", async () => {
  const { SHOP } = await miniflare.getBindings();
  const answer = await SHOP?.fetch("https://origin-shop.example.net/from-node");
  expect([answer?.status, await answer?.text()]).toEqual([200, "hello\n"]);
  expect(origin.pulls).toMatchObject([
    { url: "/from-node", certificate: "shop.example.com", sni: "origin-shop.example.net" },
  ]);
});

test("where public CAs alone are trusted, an origin certificate of another is not", async () => {
  const { BROWSERS_TRUST } = await miniflare.getBindings();
  const pull = BROWSERS_TRUST?.fetch("https://origin-shop.example.net/");
  await expect(pull).rejects.toThrow(/internal error|Network connection lost|TLS|cert/i);
  expect(origin.pulls).toEqual([]);
});

test("whoever is not Miniflare gets no bindings for Node, and nothing of theirs is loaded", () => {
  expect(plugins["local-mtls"].getNodeBindings({ config: { env: {} } })).toEqual({});
});
