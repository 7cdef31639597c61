import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { issueIssuer } from "../../../cli/certificates/issue-issuer.ts";

/** The files of a project, by their path; null for one that is not there. */
export type Files = Readonly<Record<string, string | null>>;

const MAPPING = {
  version: 1,
  issuers: { own: { certificates: "pki/issuer.pem" } },
  hosts: {
    "shop.example.com": host("https://origin-shop.example.net", "PULL_CERT_SHOP", "a"),
    "blog.example.com": host("https://origin-blog.example.net", "PULL_CERT_BLOG", "b"),
  },
};

function host(origin: string, binding: string, digit: string) {
  return {
    origin,
    present: { by: "worker", binding },
    accept: { issuer: "own", certificates: [`sha256:${digit.repeat(64)}`] },
  };
}

/** A mapping's text: the good one, changed. */
export function mappingText(change: (mapping: typeof MAPPING) => unknown = (same) => same): string {
  return JSON.stringify(change(structuredClone(MAPPING)), null, 2);
}

const TOP = `name = "pullproof"
main = "worker/index.ts"
compatibility_date = "2026-10-01"
compatibility_flags = ["enable_request_signal"]
`;

/** wrangler's configuration as it should be. */
export const WRANGLER = `${TOP}
[[mtls_certificates]]
binding = "PULL_CERT_SHOP"
certificate_id = "11111111-1111-4111-8111-111111111111"

[[mtls_certificates]]
binding = "PULL_CERT_BLOG"
certificate_id = "22222222-2222-4222-8222-222222222222"
`;

/** One binding of the local twin. */
export function localBinding(name: string, hostname: string): string {
  return `
[[services]]
binding = "${name}"
service = "local-mtls"
[services.dev]
plugin = { package = "pullproof-local-mtls", name = "local-mtls" }
[services.dev.options]
host = "${hostname}"
address = "127.0.0.1:8443"
certificate = ".pullproof/local/${name}.pem"
key = ".pullproof/local/${name}.key"
trust = ".pullproof/local/origin-issuer.pem"
`;
}

/** The local twin as it should be. */
export const LOCAL = `${TOP}
${localBinding("PULL_CERT_SHOP", "origin-shop.example.net")}
${localBinding("PULL_CERT_BLOG", "origin-blog.example.net")}
`;

const GOOD: Files = {
  "mapping.json": mappingText(),
  "wrangler.toml": WRANGLER,
  "wrangler.local.toml": LOCAL,
  "worker/generated/mapping-bindings.ts":
    'export type MappingBinding = "PULL_CERT_BLOG" | "PULL_CERT_SHOP";\n',
  "worker/generated/env.d.ts":
    "interface __BaseEnv_Env {\n\tPULL_CERT_SHOP: Fetcher;\n\tPULL_CERT_BLOG: Fetcher;\n}\n",
};

/** Writes a project in which everything agrees, but for what is given. */
export async function writeProject(folder: string, changes: Files = {}): Promise<void> {
  const issuer = await issueIssuer({ name: "own", keyType: "p256", days: 30, now: new Date() });
  const files = { ...GOOD, "pki/issuer.pem": issuer.certificate, ...changes };
  for (const [path, text] of Object.entries(files)) {
    if (text === null) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
