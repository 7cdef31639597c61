import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startOrigin, type TestOrigin } from "../../../cli/testing/testing.ts";

const unlisted = [`sha256:${"0".repeat(64)}`];
const MAPPING = {
  version: 1,
  issuers: { own: { certificates: "nowhere.pem" } },
  hosts: {
    "shop.example.com": {
      origin: "https://origin-shop.example.net",
      present: { by: "worker", binding: "PULL_CERT_SHOP" },
      accept: { issuer: "own", certificates: unlisted, mode: { report: "2099-01-01" } },
    },
    "*.tenant.example.com": {
      origin: "https://origin-tenant.example.net",
      present: { by: "worker", binding: "PULL_CERT_TENANT" },
      accept: { issuer: "own", certificates: unlisted },
    },
    "docs.example.com": {
      origin: "https://docs.example.com",
      present: { by: "edge", level: "hostname" },
      accept: { issuer: "own", certificates: unlisted },
    },
  },
};

let origin: TestOrigin;
beforeAll(async () => {
  origin = await startOrigin({ mapping: MAPPING });
});
afterAll(() => origin.close());

describe("refuses, and says why:", () => {
  test.each([
    ["no certificate", "none", "no-certificate", null],
    ["one of another issuer", "stranger", "unknown-issuer", null],
    ["another hostname's", { of: "a.tenant.example.com" }, "certificate-not-accepted", 403],
  ] as const)("%s", async (_what, as, verdict, status) => {
    const pulled = await origin.pull("shop.example.com", { as });
    expect([pulled.verdict, pulled.answer?.status ?? null]).toEqual([verdict, status]);
  });

  test("another Host", async () => {
    const headers = { Host: "origin-tenant.example.net" };
    expect(await origin.pull("shop.example.com", { headers })).toMatchObject({
      verdict: "misdirected",
      answer: { status: 421 },
    });
  });
});

test.each(["shop.example.com", "a.tenant.example.com", "docs.example.com"])(
  "accepts the pull of %s with its own certificate, whoever presents it",
  async (hostname) => {
    const path = "/a?b";
    const { verdict, answer } = await origin.pull(hostname, { path });
    expect([verdict, answer?.status]).toEqual(["accepted", 200]);
    expect(JSON.parse(answer?.body ?? "")).toMatchObject({ hostname, path, verdict: "accepted" });
  },
);

test("a question that is no pull of the mapping's is the test's own mistake", async () => {
  await expect(origin.pull("unmapped.example.com")).rejects.toThrow("no entry for unmapped");
  const as = { of: "unmapped.example.com" };
  await expect(origin.pull("shop.example.com", { as })).rejects.toThrow("no entry for unmapped");
});

test("needs no mapping for a Worker that has none", async () => {
  await using partner = await startOrigin({ bindings: { PARTNER: "api.partner.example" } });
  const refused = await partner.pull("api.partner.example", { as: "stranger" });
  expect(refused).toEqual({ verdict: "unknown-issuer", answer: null });
  expect(await partner.pull("api.partner.example")).toMatchObject({ verdict: "accepted" });
  expect([...partner.pullCertificates.keys()]).toEqual(["PARTNER"]);
});

test("puts an application of the test's own behind it, and takes everything away at the end", async () => {
  let folder = "";
  let port = 0;
  {
    await using own = await startOrigin({
      mapping: MAPPING,
      application: (request, response) => response.end(request.headers["x-pull-hostname"]),
    });
    folder = own.folder;
    port = Number(own.address.split(":")[1]);
    expect(port).not.toBe(Number(origin.address.split(":")[1]));
    const pulled = await own.pull("shop.example.com", { method: "POST", body: "a" });
    expect(pulled.answer?.body).toBe("shop.example.com");
    expect(own.environment).toEqual({
      PULLPROOF_LOCAL_FOLDER: folder,
      PULLPROOF_LOCAL_ORIGIN: own.address,
    });
    expect(own.pullCertificates.get("PULL_CERT_SHOP")?.paths.key).toContain(folder);
    expect(own.pullCertificates.size).toBe(2);
    await own.close();
  }
  expect(existsSync(folder)).toBe(false);
  const refused = await new Promise((resolve) => {
    connect(port, "127.0.0.1").once("connect", resolve).once("error", resolve);
  });
  expect(refused).toMatchObject({ code: "ECONNREFUSED" });
});

describe("does not start with", () => {
  const temporary = mkdtempSync(join(tmpdir(), "pullproof-testing-"));
  afterAll(() => rmSync(temporary, { recursive: true }));

  test.each([
    ["a mapping that does not parse", (): unknown => ({ version: 2 }), /version/],
    [
      "a file that does not",
      (): unknown => {
        writeFileSync(join(temporary, "mapping.json"), "{}");
        return join(temporary, "mapping.json");
      },
      /mapping\.json[^]*version/,
    ],
    ["a file that is not there", (): unknown => join(temporary, "gone.json"), /gone\.json/],
    ["none", (): unknown => undefined, /a mapping, or from bindings/],
  ])("%s, and leaves nothing behind", async (_what, mapping, message) => {
    vi.stubEnv("TMPDIR", temporary);
    await expect(startOrigin({ mapping: mapping() })).rejects.toThrow(message);
    vi.unstubAllEnvs();
    expect(readdirSync(temporary).filter((name) => name !== "mapping.json")).toEqual([]);
  });

  test.each([
    ["two of one origin hostname", { A: "api.example.net", B: "api.example.net" }, /two bindings/],
    ["one that is no origin hostname", { A: "127.0.0.1" }, /hosts\["127\.0\.0\.1"\]/],
    ["none at all", {}, /hosts/],
    ["a mapping beside them", { A: "api.example.net" }, /name one/],
  ])("bindings: %s", async (what, bindings, message) => {
    const both = what.startsWith("a mapping") ? { mapping: MAPPING, bindings } : { bindings };
    await expect(startOrigin(both)).rejects.toThrow(message);
  });

  test("an application that is no address", async () => {
    vi.stubEnv("TMPDIR", temporary);
    const attempt = startOrigin({ mapping: MAPPING, application: "https://example.com/" });
    await expect(attempt).rejects.toThrow(/application/);
    vi.unstubAllEnvs();
    expect(readdirSync(temporary).filter((name) => name !== "mapping.json")).toEqual([]);
  });
});
