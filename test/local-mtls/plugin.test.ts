import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { plugins } from "../../cli/local-mtls/index.ts";
import { makeLocalFolder, type LocalFolder } from "./support/certificates.ts";

const plugin = plugins["local-mtls"];
let local: LocalFolder;

beforeAll(async () => {
  local = await makeLocalFolder({ PULL_CERT_SHOP: "shop.example.com", OTHER: "x.example.com" }, []);
});
beforeEach(() => {
  vi.stubEnv("PULLPROOF_LOCAL_ORIGIN", undefined);
  vi.stubEnv("PULLPROOF_LOCAL_FOLDER", undefined);
});
afterAll(() => {
  local.remove();
  vi.unstubAllEnvs();
});

const GOOD = {
  host: "origin-shop.example.net",
  address: "127.0.0.1:8443",
  certificate: "PULL_CERT_SHOP.pem",
  key: "PULL_CERT_SHOP.key",
  trust: "origin-issuer.pem",
};

/** The options as Miniflare 5 hands them over. */
function worker(options: object, name = "local-mtls") {
  return {
    config: {
      env: {
        PULL_CERT_SHOP: { type: "unsafe:service", dev: { plugin: { name }, options } },
        SOME_TEXT: { type: "text", value: "text" },
      },
    },
    dev: { rootPath: local.folder },
  };
}

function externalOf(service: object | undefined): readonly string[] {
  return service !== undefined && "external" in service ? Object.keys(service.external ?? {}) : [];
}

function services(options: object) {
  return plugin.getServices({ options: worker(options) });
}

describe("a binding becomes a service of its own", () => {
  test("which opens TLS under the origin hostname with that binding's files, and never speaks HTTP", () => {
    const [service] = services(GOOD);
    expect(service).toMatchObject({
      name: "local-mtls:PULL_CERT_SHOP",
      external: {
        address: "127.0.0.1:8443",
        https: {
          certificateHost: "origin-shop.example.net",
          tlsOptions: {
            keypair: {
              certificateChain: expect.stringContaining("BEGIN CERTIFICATE"),
              privateKey: expect.stringContaining("BEGIN PRIVATE KEY"),
            },
            trustedCertificates: [expect.stringContaining("BEGIN CERTIFICATE")],
          },
        },
      },
    });
    expect(externalOf(service)).toEqual(["address", "https"]);
    expect(plugin.getBindings(worker(GOOD))).toEqual([
      { name: "PULL_CERT_SHOP", service: { name: "local-mtls:PULL_CERT_SHOP" } },
    ]);
  });

  test("which trusts what browsers trust where the options say public, and no file", () => {
    const tlsOptions = { trustBrowserCas: true, trustedCertificates: [] };
    expect(services({ ...GOOD, trust: "public" })).toMatchObject([
      { external: { https: { tlsOptions } } },
    ]);
    expect(JSON.stringify(services(GOOD))).not.toContain("trustBrowserCas");
  });

  test("and bindings of other plugins stay theirs", () => {
    expect(plugin.getBindings(worker(GOOD, "another"))).toEqual([]);
    expect(plugin.getServices({ options: worker(GOOD, "another") })).toEqual([]);
  });
});

describe("a binding with several origin hostnames", () => {
  const host = ["origin-a.example.net", "origin-b.example.net"];

  test("is one service that chooses by the URL's hostname, and one that opens TLS for each", () => {
    const address = ["127.0.0.1:8443", "127.0.0.1:9443"];
    const [first, ...externals] = services({ ...GOOD, host, address });
    expect(first).toMatchObject({
      name: "local-mtls:PULL_CERT_SHOP",
      worker: {
        bindings: host.map((name) => ({
          name,
          service: { name: `local-mtls:PULL_CERT_SHOP:${name}` },
        })),
      },
    });
    expect(externals).toMatchObject(
      host.map((name, index) => ({
        name: `local-mtls:PULL_CERT_SHOP:${name}`,
        external: { address: address[index], https: { certificateHost: name } },
      })),
    );
    for (const external of externals) expect(externalOf(external)).toEqual(["address", "https"]);
  });

  test("dials one address for all of them where there is one", () => {
    expect(services({ ...GOOD, host }).slice(1)).toMatchObject([
      { external: { address: GOOD.address } },
      { external: { address: GOOD.address } },
    ]);
  });

  test.each([
    ["none of them", { host: [] }, /host: empty/],
    ["one that is none", { host: ["origin-a.example.net", 5] }, /host: not a hostname/],
    [
      "fewer addresses than hosts",
      { host: [...host, "c.example.net"], address: ["127.0.0.1:1", "127.0.0.1:2"] },
      /as many as there are hosts/,
    ],
    [
      "a wrong address",
      { host, address: ["127.0.0.1:1", "example.net"] },
      /address: not an address/,
    ],
  ])("does not take %s", (_, options, message) => {
    expect(() => services({ ...GOOD, ...options })).toThrow(message);
  });
});

describe("the environment overrides", () => {
  test("the address", () => {
    vi.stubEnv("PULLPROOF_LOCAL_ORIGIN", "127.0.0.1:9443");
    expect(services(GOOD)).toMatchObject([{ external: { address: "127.0.0.1:9443" } }]);
    const host = ["origin-a.example.net", "origin-b.example.net"];
    const addresses = services({ ...GOOD, host }).slice(1);
    expect(addresses).toMatchObject([
      { external: { address: "127.0.0.1:9443" } },
      { external: { address: "127.0.0.1:9443" } },
    ]);
  });

  test("the folder, at the front of a path alone", () => {
    vi.stubEnv("PULLPROOF_LOCAL_FOLDER", local.folder);
    const inFolder = Object.fromEntries(
      Object.entries(GOOD).map(([key, value]) => {
        return [key, /\.(?:pem|key)$/.test(value) ? `.pullproof/local/${value}` : value];
      }),
    );
    expect(services(inFolder)).toHaveLength(1);
    expect(() => services({ ...inFolder, key: "a/.pullproof/local/PULL_CERT_SHOP.key" })).toThrow(
      /a\/\.pullproof\/local/,
    );
  });
});

describe("a mistake names the binding, what is wrong, and the next command", () => {
  test.each([
    ["a file that is missing", { certificate: "gone.pem" }, /gone\.pem/],
    ["a key that is missing", { key: "gone.key" }, /gone\.key/],
    ["a key in the certificate's place", { certificate: "PULL_CERT_SHOP.key" }, /SHOP\.key/],
    ["a certificate in the key's place", { key: "PULL_CERT_SHOP.pem" }, /SHOP\.pem/],
    ["another certificate's key", { key: "OTHER.key" }, /OTHER\.key/],
    ["an empty file", { trust: "empty.pem" }, /empty\.pem/],
    ["no host", { host: undefined }, /host/],
    ["an address for a host", { host: "127.0.0.1" }, /host/],
    ["a list of lists of hosts", { host: [["a.example.net", "b.example.net"]] }, /host/],
    ["an address without a port", { address: "127.0.0.1" }, /address/],
    ["an address that is no name", { address: "origin_1:8443" }, /address/],
    ["a URL for an address", { address: "http://127.0.0.1:80" }, /address/],
  ])("%s", (_what, wrong, named) => {
    writeFileSync(path.join(local.folder, "empty.pem"), "");
    const attempt = (): unknown => services({ ...GOOD, ...wrong });
    expect(attempt).toThrow(/PULL_CERT_SHOP/);
    expect(attempt).toThrow(named);
    expect(attempt).toThrow(/^Next: /m);
  });

  test("in the environment's override, too", () => {
    vi.stubEnv("PULLPROOF_LOCAL_ORIGIN", "8443");
    expect(() => services(GOOD)).toThrow(/PULLPROOF_LOCAL_ORIGIN/);
  });

  test("two at once, both", () => {
    expect(() => services({ ...GOOD, host: "", address: "" })).toThrow(/host.*\n.*address/);
  });
});

test("another Miniflare than 5 is refused: 4 would speak plain HTTP where it is told HTTPS", () => {
  // Miniflare 4 hands its plugins a Worker's options without `config`.
  expect(() => plugin.getBindings({})).toThrow(/Miniflare 5/);
  expect(() => plugin.getServices({ options: {} })).toThrow(/Miniflare 5/);
});
