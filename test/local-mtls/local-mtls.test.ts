import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createTestHarness, type TestHarness } from "wrangler";
import { makeLocalFolder, type LocalFolder } from "./support/certificates.ts";
import { startOrigin, type Origin } from "./support/origin.ts";

// The Worker, its mapping and its local twin as they are committed, through wrangler's own harness: what
// `wrangler dev -c wrangler.local.toml` runs. A wrangler with another plugin interface fails here first.

const ROOT = path.resolve(import.meta.dirname, "../..");
let local: LocalFolder;
let origin: Origin;
let harness: TestHarness;

beforeAll(async () => {
  local = await makeLocalFolder(
    { PULL_CERT_SHOP: "shop.example.com", PULL_CERT_BLOG: "blog.example.com" },
    ["origin-shop.example.net", "origin-blog.example.net"],
  );
  origin = await startOrigin(local);
  vi.stubEnv("PULLPROOF_LOCAL_ORIGIN", origin.address);
  vi.stubEnv("PULLPROOF_LOCAL_FOLDER", local.folder);
  vi.stubEnv("CLOUDFLARE_CF_FETCH_ENABLED", "false");
  harness = createTestHarness({ root: ROOT, workers: [{ configPath: "wrangler.local.toml" }] });
  await harness.listen();
});
afterEach(() => {
  origin.reset();
});
afterAll(async () => {
  await harness.close();
  await origin.close();
  local.remove();
  vi.unstubAllEnvs();
});

function pullOf(name: string): object {
  return {
    url: `/page?of=${name}`,
    certificate: `${name}.example.com`,
    sni: `origin-${name}.example.net`,
    host: `origin-${name}.example.net`,
    authorized: true,
  };
}

test("each binding presents its own certificate, under its origin's SNI and Host", async () => {
  for (const name of ["shop", "blog", "shop", "blog"]) {
    const response = await harness.fetch(`https://${name}.example.com/page?of=${name}`);
    expect([response.status, await response.text()]).toEqual([200, "hello\n"]);
  }
  expect(origin.pulls).toMatchObject(["shop", "blog", "shop", "blog"].map(pullOf));
});

test("a hundred pulls at once never mix the two certificates up", async () => {
  const names = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? "shop" : "blog"));
  origin.handle = (_request, response) => response.end();
  await Promise.all(
    names.map(async (name, index) => {
      const response = await harness.fetch(`https://${name}.example.com/${name}/${index}`);
      expect(response.status).toBe(200);
    }),
  );
  expect(origin.pulls).toHaveLength(100);
  for (const { url, certificate, sni } of origin.pulls) {
    const name = url.split("/")[1];
    expect([certificate, sni]).toEqual([`${name}.example.com`, `origin-${name}.example.net`]);
  }
});

test("an origin certificate of another name is not trusted", async () => {
  origin.present("origin-shop.example.net", "origin-blog.example.net");
  origin.dropConnections();
  const response = await harness.fetch("https://shop.example.com/other-name");
  expect(response.status).toBe(502);
  expect(origin.pulls).toEqual([]);
  origin.present("origin-shop.example.net", "origin-shop.example.net");
});

test("a new certificate is presented after the next reload", async () => {
  await local.replace("PULL_CERT_SHOP", "renewed.example.com");
  await harness.update((options) => options);
  origin.dropConnections();
  const response = await harness.fetch("https://shop.example.com/renewed");
  expect(response.status).toBe(200);
  expect(origin.pulls).toMatchObject([{ certificate: "renewed.example.com", authorized: true }]);
});

test("nothing leaves in the clear, not even to an origin that speaks plain HTTP", async () => {
  const firstBytes: number[] = [];
  const plain = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (data) => {
      firstBytes.push(data[0] ?? -1);
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
  });
  plain.listen(0, "127.0.0.1");
  await once(plain, "listening");
  vi.stubEnv("PULLPROOF_LOCAL_ORIGIN", `127.0.0.1:${(plain.address() as AddressInfo).port}`);
  await harness.update((options) => options);

  const response = await harness.fetch("https://shop.example.com/plain", {
    headers: { Authorization: "Bearer secret" },
  });
  expect(response.status).toBe(502);
  // The handshake and its one repeat: each began with a TLS record, and there was nothing after it to read.
  expect(firstBytes).toEqual([0x16, 0x16]);
  plain.close();
});
