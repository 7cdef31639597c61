import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mintCa, mintLeaf } from "../support/certificates.ts";
import {
  startFakeCloudflare,
  type FakeCloudflare,
} from "../support/cloudflare/start-fake-cloudflare.ts";
import { deployedVersions } from "../support/cloudflare/worker-bindings.ts";
import { callApi } from "./support/call-api.ts";
import { runWrangler, type Ran } from "./support/run-wrangler.ts";

/** The real wrangler, one command after another, as an operator would: each test goes on where the last one ended. */
const ENTRY = resolve(import.meta.dirname, "../../worker/index.ts");
const GONE = "00000000-0000-0000-0000-000000000001";
const issuer = mintCa();

let cloudflare: FakeCloudflare;
let folder: string;

beforeAll(async () => {
  // A deployment spreads for longer than these tests take.
  cloudflare = await startFakeCloudflare({ timings: { deploying: 600_000 } });
  cloudflare.addZone("example.com");
  folder = mkdtempSync(join(tmpdir(), "pullproof-wrangler-"));
});

afterAll(async () => {
  await cloudflare.close();
  rmSync(folder, { recursive: true, force: true });
});

async function wrangler(...args: readonly string[]): Promise<Ran> {
  return await runWrangler(cloudflare, folder, ...args);
}

/** Uploads a fresh certificate; its id, as wrangler prints it. */
async function upload(name: string): Promise<string> {
  const leaf = mintLeaf(issuer, { names: [`${name}.example.com`] });
  writeFileSync(join(folder, `${name}.pem`), leaf.pem);
  writeFileSync(join(folder, `${name}.key`), leaf.keyPem);
  const files = ["--cert", `${name}.pem`, "--key", `${name}.key`];
  const { status, said } = await wrangler("mtls-certificate", "upload", ...files, "--name", name);
  const id = /^ID: (\S+)$/m.exec(said)?.[1] ?? "";
  expect({ status, held: cloudflare.state.accountCertificates.get(id) }, said).toMatchObject({
    status: 0,
    held: { name, ca: false, fingerprint: leaf.fingerprint },
  });
  return id;
}

/** Another certificate, without the seconds that wrangler takes to start. */
async function uploadAsTheToolDoes(): Promise<string> {
  const { pem, keyPem } = mintLeaf(issuer);
  const body = { certificates: pem, private_key: keyPem, ca: false };
  const path = `/accounts/${cloudflare.accountId}/mtls_certificates`;
  const { result } = await callApi(cloudflare, "POST", path, body);
  return (result as { id: string }).id;
}

function configure(shop: string, blog: string): void {
  const toml = `name = "pullproof"
main = ${JSON.stringify(ENTRY)}
compatibility_date = "2026-10-01"
compatibility_flags = ["enable_request_signal"]
workers_dev = false
preview_urls = false
routes = [{ pattern = "shop.example.com/*", zone_name = "example.com" }]

[[mtls_certificates]]
binding = "PULL_CERT_SHOP"
certificate_id = "${shop}"

[[mtls_certificates]]
binding = "PULL_CERT_BLOG"
certificate_id = "${blog}"
`;
  writeFileSync(join(folder, "wrangler.toml"), toml);
}

/** The certificate ids that serve now, by binding: one object a deployed version. */
function serving(): readonly Readonly<Record<string, string>>[] {
  const worker = cloudflare.state.workers.get("pullproof");
  return (worker === undefined ? [] : deployedVersions(worker)).map(({ bindings }) =>
    Object.fromEntries(bindings.map(({ name, certificate_id: id }) => [name, id ?? ""])),
  );
}

function versionIds(): readonly string[] {
  return cloudflare.state.workers.get("pullproof")?.versions.map(({ id }) => id) ?? [];
}

describe("the real wrangler and the fake Cloudflare", { timeout: 120_000 }, () => {
  let shop: string;
  let next: string;
  let blog: string;

  it("uploads mTLS certificates and lists them", async () => {
    [shop, blog] = await Promise.all([upload("shop"), upload("blog")]);
    const { status, said } = await wrangler("mtls-certificate", "list");
    expect(status, said).toBe(0);
    for (const id of [shop, blog]) expect(said).toContain(id);
  });

  it("is refused a deployment that names a certificate which is not there, and nothing is deployed", async () => {
    configure(shop, GONE);
    const { status, said } = await wrangler("deploy");
    expect(status).not.toBe(0);
    expect(said).toContain(GONE);
    expect(cloudflare.state.workers.size).toBe(0);
  });

  it("deploys this repository's Worker with real ids, the first time", async () => {
    configure(shop, blog);
    const { status, said } = await wrangler("deploy");
    expect(status, said).toBe(0);
    expect(serving()).toEqual([{ PULL_CERT_SHOP: shop, PULL_CERT_BLOG: blog }]);
    const [zone] = cloudflare.state.zones.values();
    expect([...(zone?.routes.values() ?? [])]).toEqual([
      { pattern: "shop.example.com/*", script: "pullproof" },
    ]);
  });

  it("deploys the next certificate, the second time", async () => {
    next = await uploadAsTheToolDoes();
    configure(next, blog);
    const { status, said } = await wrangler("deploy");
    expect(status, said).toBe(0);
    expect(serving()).toEqual([{ PULL_CERT_SHOP: next, PULL_CERT_BLOG: blog }]);
    // Until it has spread, the old one is presented, too.
    const fingerprints = [next, shop].map(
      (id) => cloudflare.state.accountCertificates.get(id)?.fingerprint,
    );
    expect(cloudflare.workerPresents("pullproof", "PULL_CERT_SHOP")).toEqual(fingerprints);
  });

  it("uploads a version that does not serve, and then shares the traffic with an older one", async () => {
    const before = serving();
    const uploaded = await wrangler("versions", "upload");
    expect(uploaded.status, uploaded.said).toBe(0);
    expect(serving()).toEqual(before);
    const [first = "", , third = ""] = versionIds();
    const shared = await wrangler("versions", "deploy", `${first}@10`, `${third}@90`, "-y");
    expect(shared.status, shared.said).toBe(0);
    // The old version is back, and with it its old certificate.
    expect(serving().map(({ PULL_CERT_SHOP }) => PULL_CERT_SHOP)).toEqual([shop, next]);
  });

  it("is refused the deletion of a certificate that a deployed version names", async () => {
    const { status } = await wrangler("mtls-certificate", "delete", "--id", shop);
    expect(status).not.toBe(0);
    expect(cloudflare.state.accountCertificates.has(shop)).toBe(true);
  });

  it("rolls back to an old version with its old certificate, and may then delete the newer one", async () => {
    const [first = ""] = versionIds();
    const back = await wrangler("rollback", first, "-y", "-m", "back");
    expect(back.status, back.said).toBe(0);
    expect(serving()).toEqual([{ PULL_CERT_SHOP: shop, PULL_CERT_BLOG: blog }]);
    const deleted = await wrangler("mtls-certificate", "delete", "--id", next);
    expect(deleted.status, deleted.said).toBe(0);
    expect(cloudflare.state.accountCertificates.has(next)).toBe(false);
  });

  it("asked for nothing that the fake does not know, and left nothing outside its folder", () => {
    const unknown = cloudflare.calls.filter(({ status }) => status === 404);
    // A Worker that is not there yet is the only thing that was looked for in vain.
    expect(unknown.filter(({ path }) => !path.includes("/workers/"))).toEqual([]);
    expect(readdirSync(folder)).toContain("wrangler.toml");
  });
});
