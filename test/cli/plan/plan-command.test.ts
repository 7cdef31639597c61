import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readAccess } from "../../../cli/cloudflare/access.ts";
import { connect } from "../../../cli/cloudflare/connection.ts";
import { createCloudflareWriter } from "../../../cli/cloudflare/create-writer.ts";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { deployWorker, uploadVersion } from "../cloudflare/support/workers.ts";
import {
  startFakeCloudflare,
  type FakeCloudflare,
} from "../../support/cloudflare/start-fake-cloudflare.ts";
import { runIn } from "../support/run-pullproof.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
let cloudflare: FakeCloudflare;

beforeEach(async () => {
  cloudflare = await startFakeCloudflare();
  for (const [name, value] of Object.entries(cloudflare.environment)) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await cloudflare.close();
});

const wrangler = (id: string): string => `name = "pulls"
compatibility_date = "2026-10-01"

[[routes]]
pattern = "shop.example.com/*"
zone_name = "example.com"

[[routes]]
pattern = "wwws.example.com"
custom_domain = true

[[mtls_certificates]]
binding = "PULL_CERT_SHOP"
certificate_id = "${id}"
`;

/** A project whose one certificate is in the store, under the binding, and deployed; its routes are not there. */
async function halfDone(): Promise<string> {
  const folder = newFolder();
  const issuer = mintCa();
  const leaf = mintLeaf(issuer, { names: ["shop.example.com"] });
  const mapping = {
    version: 1,
    issuers: { own: { certificates: "issuer.pem" } },
    hosts: {
      "shop.example.com": {
        origin: "https://origin-shop.example.net",
        present: { by: "worker", binding: "PULL_CERT_SHOP" },
        accept: { issuer: "own", certificates: [leaf.fingerprint] },
      },
    },
  };
  const connection = connect(readAccess(cloudflare.environment));
  const text = { certificate: leaf.pem, key: leaf.keyPem };
  const id = await createCloudflareWriter(connection).uploadAccountCertificate("shop", text);
  const version = uploadVersion(cloudflare, "pulls", { PULL_CERT_SHOP: id });
  deployWorker(cloudflare, "pulls", { [version]: 100 });
  writeFileSync(path.join(folder, "mapping.json"), JSON.stringify(mapping));
  writeFileSync(path.join(folder, "wrangler.toml"), wrangler(id));
  writeFileSync(path.join(folder, "issuer.pem"), issuer.pem);
  return folder;
}

describe("pullproof plan", () => {
  it("tells people why it pauses, and how long, on stderr", async () => {
    const folder = await halfDone();
    cloudflare.inject({ fault: "answer", status: 429, retryAfterSeconds: 1, times: 1 });
    const { stdout, stderr } = await runIn(folder, "plan");
    expect(stderr).toContain("Cloudflare asks for fewer requests; again in 1 s");
    expect(stdout).not.toContain("fewer requests");
  });

  it("sees a deployment that was stopped before its routes, and is done when they are there", async () => {
    const zone = cloudflare.addZone("example.com");
    const folder = await halfDone();
    const first = await runIn(folder, "plan", "--detailed-exitcode");
    expect(first.status).toBe(5);
    expect(first.stdout).toContain("no Worker answers at shop.example.com/*, wwws.example.com");
    zone.routes.set("1", { pattern: "shop.example.com/*", script: "other" });
    const taken = await runIn(folder, "plan");
    expect([taken.status, taken.stdout]).toEqual([1, expect.stringContaining("the Worker other")]);
    zone.routes.set("1", { pattern: "shop.example.com/*", script: "pulls" });
    expect((await runIn(folder, "plan")).stdout).toContain("no Worker answers at wwws.example.com");
    cloudflare.state.workerDomains.push({ hostname: "wwws.example.com", service: "pulls" });
    expect((await runIn(folder, "plan", "--detailed-exitcode")).status).toBe(0);
  });

  it("says where it cannot see the routes, and makes no deployment of that", async () => {
    cloudflare.addZone("example.com");
    const folder = await halfDone();
    cloudflare.state.tokens.set("weak", {
      grants: ["Zone Read", "Account SSL and Certificates Read", "Account Workers Scripts Read"],
    });
    vi.stubEnv("CLOUDFLARE_API_TOKEN", "weak");
    const { status, stderr } = await runIn(folder, "plan", "--detailed-exitcode");
    expect(stderr).toMatch(/routes of pulls are there is not known: .*Workers Routes: Read/);
    expect(status).toBe(0);
  });
});

it.each([["plan"], ["apply", "--yes"], ["rotate", "shop.example.com", "--new", "--yes"]])(
  "%s: a binding that is declared twice is refused before anything is uploaded",
  async (...args) => {
    const folder = await halfDone();
    const configuration = path.join(folder, "wrangler.toml");
    const [before, block = ""] = readFileSync(configuration, "utf8").split("[[mtls_certificates]]");
    const placeholder = block.replace(/"[0-9a-f-]{36}"/, '"00000000-0000-0000-0000-000000000000"');
    const text = [before, placeholder, placeholder].join("[[mtls_certificates]]");
    writeFileSync(configuration, text);
    const { status, stderr } = await runIn(folder, ...args);
    expect(status).toBe(1);
    expect(stderr).toContain("PULL_CERT_SHOP is declared twice");
    expect(readFileSync(configuration, "utf8")).toBe(text);
  },
);

it.each(["plan", "apply", "rotate", "doctor", "probe", "alerts", "check"])(
  "%s --help says times as they are written, and no empty list",
  async (command) => {
    const { stdout } = await runIn(newFolder(), command, "--help");
    const defaults = [...stdout.replaceAll(/\s+/g, " ").matchAll(/\(default: ([^)]+)\)/g)];
    for (const [, value = ""] of defaults) expect(value).not.toMatch(/^\d{4,}$|^\[/);
  },
);
