import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, vi } from "vitest";
import {
  signerOf,
  type CertificateAndKey,
  type Signer,
} from "../../../../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../../../../cli/certificates/issue-issuer.ts";
import {
  issueOriginCertificate,
  issuePullCertificate,
} from "../../../../cli/certificates/issue-leaf.ts";
import { startVerifier, type RunningVerifier } from "../../../../cli/local-world/start-verifier.ts";
import type { KeptProcess } from "../../../../cli/processes/kept-process.ts";
import type { Hostname } from "../../../../shared/hostname.ts";
import {
  startFakeCloudflare,
  type FakeCloudflare,
} from "../../../support/cloudflare/start-fake-cloudflare.ts";
import type { Zone } from "../../../support/cloudflare/state.ts";
import { runIn, type Ran } from "../../support/run-pullproof.ts";

/** A project, a fake Cloudflare with its zone, and the real verifier on a machine of its own: a folder of its own. */
export interface RotationWorld {
  readonly folder: string;
  readonly cloudflare: FakeCloudflare;
  readonly zone: Zone;
  readonly verifier: RunningVerifier;
  /** `--verifier` and where it is. */
  readonly asked: readonly [string, string];
  readonly signer: Signer;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  /** Copies the mapping to the verifier's machine, which loads it by itself. */
  readonly copyMapping: () => Promise<void>;
  readonly listed: (hostname: string) => readonly string[];
  readonly close: () => Promise<void>;
}

export const SHOP = "shop.example.com";
export const NEWS = "news.example.org";

const ORIGINS: Readonly<Record<string, string>> = {
  [SHOP]: "origin-shop.example.net",
  [NEWS]: "news.example.org",
};

const WRANGLER = `# The Worker of our pulls.
name = "pulls"
main = "worker.js"
compatibility_date = "2026-10-01"
compatibility_flags = ["enable_request_signal"]

[[mtls_certificates]]
binding = "PULL_CERT_SHOP"   # shop
certificate_id = "00000000-0000-0000-0000-000000000001"
`;

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));
const soon = { keyType: "p256", days: 200 } as const;

/**
 * Makes one in a folder. Its certificates are issued and listed; nothing is uploaded, and nothing deployed.
 *
 * @param days how long the certificates are valid that were issued a hundred days ago.
 */
export async function startRotationWorld(folder: string, days = 200): Promise<RotationWorld> {
  const origin = path.join(folder, "origin");
  mkdirSync(path.join(folder, "pki"), { recursive: true, mode: 0o700 });
  mkdirSync(path.join(origin, "pki"), { recursive: true });
  const longAgo = new Date(Date.now() - 100 * 86_400_000);
  const issuer = await issueIssuer({
    name: "Own pulls",
    keyType: "p256",
    days: 4000,
    now: longAgo,
  });
  const signer = signerOf(issuer);
  write(folder, "pki/issuer", issuer);
  const hosts: Record<string, object> = {};
  const origins: Record<string, object> = {};
  const application = createServer((_request, response) => response.end("from the application"));
  application.listen(0, "127.0.0.1");
  await once(application, "listening");
  const { port } = application.address() as AddressInfo;
  for (const [hostname, originHostname] of Object.entries(ORIGINS)) {
    const first = await issuePullCertificate({
      hostname: hostname as Hostname,
      signer,
      ...soon,
      days,
      now: longAgo,
    });
    write(folder, `pki/${hostname}`, first);
    const own = { hostname: originHostname as Hostname, signer, ...soon, now: new Date() };
    write(origin, originHostname, await issueOriginCertificate(own));
    origins[originHostname] = {
      certificate: `${originHostname}.pem`,
      key: `${originHostname}.key`,
      application: `http://127.0.0.1:${port}`,
    };
    hosts[hostname] = {
      origin: `https://${originHostname}`,
      present:
        hostname === SHOP
          ? { by: "worker", binding: "PULL_CERT_SHOP" }
          : { by: "edge", level: "hostname" },
      accept: { issuer: "own", certificates: [first.fingerprint] },
    };
  }
  const mapping = { version: 1, issuers: { own: { certificates: "pki/issuer.pem" } }, hosts };
  writeFileSync(path.join(folder, "mapping.json"), `${JSON.stringify(mapping, null, 2)}\n`);
  writeFileSync(path.join(folder, "wrangler.toml"), WRANGLER);
  writeFileSync(
    path.join(folder, "worker.js"),
    "export default { fetch: () => new Response() };\n",
  );
  writeFileSync(path.join(folder, "package.json"), "{}\n");
  symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"));
  cpSync(path.join(folder, "mapping.json"), path.join(origin, "mapping.json"));
  cpSync(path.join(folder, "pki/issuer.pem"), path.join(origin, "pki/issuer.pem"));
  const configuration = {
    mapping: "mapping.json",
    listen: "127.0.0.1:0",
    admin: "127.0.0.1:0",
    origins,
  };
  writeFileSync(path.join(origin, "verifier.json"), JSON.stringify(configuration));

  const kept: KeptProcess[] = [];
  const cloudflare = await startFakeCloudflare();
  const zone = cloudflare.addZone("example.org");
  // In this process, and in that of the real wrangler.
  Object.assign(process.env, cloudflare.environment);
  const verifier = await startVerifier(path.join(origin, "verifier.json"), origin, (one) => {
    kept.push(one);
  });
  const text = (): string => readFileSync(path.join(folder, "mapping.json"), "utf8");
  return {
    folder,
    cloudflare,
    zone,
    verifier,
    asked: ["--verifier", `http://127.0.0.1:${verifier.adminPort}`],
    signer,
    run: async (...args) => await runIn(folder, ...args),
    copyMapping: async () => {
      const before = await generation(verifier.adminPort);
      writeFileSync(path.join(origin, "mapping.json"), text());
      process.kill(verifier.pid, "SIGHUP");
      await vi.waitFor(
        async () => expect(await generation(verifier.adminPort)).toBeGreaterThan(before),
        { timeout: 20_000, interval: 20 },
      );
    },
    listed: (hostname) => {
      const { hosts: read } = JSON.parse(text()) as {
        hosts: Record<string, { accept: { certificates: readonly string[] } }>;
      };
      return read[hostname]?.accept.certificates ?? [];
    },
    close: async () => {
      for (const one of kept) await one.stop();
      await cloudflare.close();
      application.closeAllConnections();
      application.close();
    },
  };
}

async function generation(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/status`);
  const { generation: now } = (await answer.json()) as { readonly generation: number };
  return now;
}

function write(folder: string, stem: string, { certificate, key }: CertificateAndKey): void {
  writeFileSync(path.join(folder, `${stem}.pem`), certificate);
  writeFileSync(path.join(folder, `${stem}.key`), key, { mode: 0o600 });
}
