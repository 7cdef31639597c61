import { expect, it } from "vitest";
import { signerOf, type CertificateAndKey } from "../../cli/certificates/certificate-and-key.ts";
import { issueOriginCertificate, issuePullCertificate } from "../../cli/certificates/issue-leaf.ts";
import type { Hostname } from "../../shared/hostname.ts";
import { attempt, statusOf } from "../support/verifier-world.ts";
import { entry, mappingText, useExample } from "./support/example-world.ts";

const example = useExample("tenants");

const DAY = { keyType: "p256", days: 1, now: new Date() } as const;
const originOf = (name: string): Hostname => `origin-${name}.example.net` as Hostname;

async function pullCertificate(hostname: string): Promise<CertificateAndKey> {
  const signer = signerOf(example.keys.issuer);
  return await issuePullCertificate({ ...DAY, hostname: hostname as Hostname, signer });
}

it("each tenant's certificate is good for its own hostname, and the wildcard's for what has no entry", async () => {
  expect(await example.complaints()).toBe("");
  const acme = await pullCertificate("acme.tenant.example.com");
  const globex = await pullCertificate("globex.tenant.example.com");
  const shared = await pullCertificate("tenant.example.com");
  const hosts = {
    "acme.tenant.example.com": entry(`https://${originOf("acme")}`, "ACME", acme.fingerprint),
    "globex.tenant.example.com": entry(
      `https://${originOf("globex")}`,
      "GLOBEX",
      globex.fingerprint,
    ),
    "*.tenant.example.com": {
      ...entry(`https://${originOf("tenants")}`, "TENANTS", ""),
      accept: { issuer: "own", certificates: "issued", names: ["tenant.example.com"] },
    },
  };
  const { issuer, originIssuer } = example.keys;
  example.write({ "mapping.json": mappingText(hosts), "issuer.pem": issuer.certificate });
  const signer = signerOf(originIssuer);
  for (const hostname of ["acme", "globex", "tenants"].map(originOf)) {
    const own = await issueOriginCertificate({ ...DAY, hostname, signer });
    example.write({ [`${hostname}.pem`]: own.certificate, [`${hostname}.key`]: own.key });
  }
  const { port } = await example.start();

  const asked = async (as: CertificateAndKey, at: string, tenant: string) => {
    const servername = originOf(at);
    const head = `GET / HTTP/1.1\r\nHost: ${servername}\r\nX-Forwarded-Host: ${tenant}.tenant.example.com\r\nConnection: close\r\n\r\n`;
    const answer = await attempt({ port }, as, { servername }, head);
    return [statusOf(answer), /the data of (\w+)/.exec(answer)?.[1] ?? null];
  };
  expect(await asked(acme, "acme", "acme")).toEqual([200, "acme"]);
  expect(await asked(globex, "globex", "globex")).toEqual([200, "globex"]);
  expect(await asked(shared, "tenants", "small")).toEqual([200, "small"]);
  expect(await asked(acme, "globex", "globex")).toEqual([403, null]);
  expect(await asked(globex, "acme", "acme")).toEqual([403, null]);
  expect(await asked(shared, "acme", "acme")).toEqual([403, null]);
  expect(await asked(acme, "tenants", "small")).toEqual([403, null]);
  expect(await asked(shared, "tenants", "acme")).toEqual([421, null]);
});
