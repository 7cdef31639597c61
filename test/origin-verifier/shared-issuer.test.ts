import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signerOf } from "../../cli/certificates/certificate-and-key.ts";
import { issuePullCertificate } from "../../cli/certificates/issue-leaf.ts";
import { statusOf as statusText } from "../../origin-verifier/admin/status.ts";
import { createObservations } from "../../origin-verifier/observations/observations.ts";
import { VerifierRefusesToStart } from "../../origin-verifier/origin-verifier.ts";
import type { Hostname } from "../../shared/hostname.ts";
import {
  attempt,
  pki,
  plainMapping,
  SHOP,
  startVerifierWorld,
  statusOf,
  type Pki,
  type VerifierWorld,
} from "../support/verifier-world.ts";

const known = vi.hoisted(() => ({ fingerprint: "" }));
vi.mock("../../origin-verifier/certificate/shared-issuer.ts", () => ({
  get SHARED_ISSUER() {
    return known.fingerprint;
  },
}));

/** The made-up shared CA is the PKI's other issuer; shop is pulled from by the edge, with its certificate. */
function sharedMapping(keys: Pki, accept: object = { alone: true }) {
  const mapping = plainMapping(keys);
  return {
    ...mapping,
    issuers: {
      own: { certificates: "issuer.pem" },
      cloudflare: { shared: true, certificates: "other.pem" },
    },
    hosts: {
      ...mapping.hosts,
      "shop.example.com": {
        origin: `https://${SHOP}`,
        present: { by: "edge", level: "shared" },
        accept: { issuer: "cloudflare", certificates: "issued", ...accept },
      },
    },
  };
}

const get = `GET / HTTP/1.1\r\nHost: ${SHOP}\r\nConnection: close\r\n\r\n`;

async function problemsOf(mapping: (keys: Pki) => unknown): Promise<readonly string[]> {
  try {
    await (await startVerifierWorld({ mapping })).close();
    return [];
  } catch (error) {
    if (!(error instanceof VerifierRefusesToStart)) throw error;
    return error.problems.map(({ file, path }) => `${file.split("/").at(-1) ?? ""}: ${path}`);
  }
}

beforeAll(async () => {
  known.fingerprint = (await pki()).otherIssuer.fingerprint;
});

describe("a verifier does not start", () => {
  it("with another CA in the shared issuer's file", async () => {
    known.fingerprint = `sha256:${"0".repeat(64)}`;
    expect(await problemsOf(sharedMapping)).toEqual(["other.pem: certificates[0]"]);
    known.fingerprint = (await pki()).otherIssuer.fingerprint;
  });

  it("with the shared CA as an issuer of one's own", async () => {
    expect(await problemsOf(plainMapping)).toEqual(["other.pem: certificates[0]"]);
  });

  it("with the shared certificate as the only guard, where the mapping does not say so", async () => {
    expect(await problemsOf((keys) => sharedMapping(keys, {}))).toEqual([
      'mapping.json: hosts["shop.example.com"].accept.alone',
    ]);
  });
});

describe("a hostname that the shared certificate opens", () => {
  let world: VerifierWorld;
  beforeAll(async () => {
    world = await startVerifierWorld({ mapping: sharedMapping });
  });
  afterAll(() => world.close());

  it("refuses a stranger's certificate, one of its own issuer's, and none", async () => {
    const { stranger, shop } = world.pki;
    expect(await attempt(world, null, {}, get)).toBe("");
    expect(await world.nextRefusal()).toMatchObject({ reason: "no-certificate" });
    expect(await attempt(world, stranger, {}, get)).toBe("");
    expect(await world.nextRefusal()).toMatchObject({ reason: "unknown-issuer" });
    expect(statusOf(await attempt(world, shop, {}, get))).toBe(403);
    expect(await world.nextRefusal()).toMatchObject({ reason: "wrong-issuer" });
  });

  it("accepts any leaf of the shared CA, whatever name it carries", async () => {
    const signer = signerOf(world.pki.otherIssuer);
    const hostname = "anybody.example.org" as Hostname;
    const days = { keyType: "p256", days: 10, now: new Date() } as const;
    const leaf = await issuePullCertificate({ hostname, signer, ...days });
    for (const one of [world.pki.other, leaf])
      expect(statusOf(await attempt(world, one, {}, get))).toBe(200);
  });

  it("opens no other hostname", async () => {
    const servername = "origin-blog.example.net";
    const bytes = get.replace(SHOP, servername);
    expect(statusOf(await attempt(world, world.pki.other, { servername }, bytes))).toBe(403);
    expect(await world.nextRefusal()).toMatchObject({ reason: "wrong-issuer" });
  });

  it("is warned of at the start, and again at each reload", async () => {
    await world.verifier.reload();
    const swaps = world.events.filter(({ event }) => event === "trust-swapped");
    expect(swaps).toHaveLength(2);
    for (const swap of swaps)
      expect(swap).toMatchObject({
        warnings: [expect.stringContaining("any Cloudflare customer")],
      });
  });

  it("is told of in /status, and no other is", () => {
    const trust = world.verifier.trust();
    const now = Date.now;
    const observations = createObservations({ trust: () => trust, now });
    const { hostnames } = statusText(
      trust,
      observations,
      { version: "1.2.3", profile: "standard" },
      now(),
    );
    expect(hostnames["shop.example.com"]).toMatchObject({ shared: true, accepts: { names: [] } });
    expect(hostnames["blog.example.com"]).toMatchObject({ shared: false });
  });

  it("says what stands beside it, where something does", async () => {
    vi.stubEnv("PULL_SECRET", "s".repeat(20));
    const also = { header: [{ env: "PULL_SECRET" }] };
    await world.writeMapping(sharedMapping(world.pki, { also }));
    expect(await world.verifier.reload()).toMatchObject({ ok: true });
    expect(world.events.at(-1)).toMatchObject({
      warnings: [expect.stringContaining("guarded by X-Pull-Secret, and by")],
    });
    await world.writeMapping(sharedMapping(world.pki));
    await world.verifier.reload();
    vi.unstubAllEnvs();
  });

  it("keeps the old trust where a reload finds another CA in the file", async () => {
    const file = join(world.folder, "other.pem");
    const { strangerIssuer, otherIssuer, other, stranger } = world.pki;
    await writeFile(file, `${otherIssuer.certificate}${strangerIssuer.certificate}`);
    expect(await world.verifier.reload()).toMatchObject({
      ok: false,
      problems: [{ file, path: "certificates[1]" }],
    });
    expect(statusOf(await attempt(world, other, {}, get))).toBe(200);
    expect(await attempt(world, stranger, {}, get)).toBe("");
    await writeFile(file, otherIssuer.certificate);
  });
});
