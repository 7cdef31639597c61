import { writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { runIn, type Ran } from "../support/run-pullproof.ts";
import { useCloudflareFolder } from "../support/cloudflare-folder.ts";

/*
 * The levels of the edge through the commands themselves. Cloudflare's own certificate has nothing to be uploaded and nothing to
 * be rotated, but a toggle of the zone that decides.
 */

const WWW = "www.example.com";
const world = useCloudflareFolder("example.com");

beforeEach(() => {
  writeFileSync(path.join(world().folder, "wrangler.toml"), 'name = "pulls"\nmain = "worker.js"\n');
  writeMapping("shared");
});

const issuer = mintCa();
const leaf = mintLeaf(issuer, { names: [WWW] });

function writeMapping(level: "shared" | "zone" | "hostname"): void {
  const accept =
    level === "shared"
      ? { issuer: "cloudflare", certificates: "issued", alone: true }
      : { issuer: "own", certificates: [leaf.fingerprint] };
  const mapping = {
    version: 1,
    issuers: {
      cloudflare: { shared: true, certificates: "pki/cloudflare-shared.pem" },
      own: { certificates: "pki/issuer.pem" },
    },
    hosts: { [WWW]: { origin: `https://${WWW}`, present: { by: "edge", level }, accept } },
  };
  writeFileSync(path.join(world().folder, "mapping.json"), JSON.stringify(mapping));
  writeFileSync(path.join(world().folder, "pki/issuer.pem"), issuer.pem);
  writeFileSync(path.join(world().folder, "pki/www.pem"), leaf.pem);
  writeFileSync(path.join(world().folder, "pki/www.key"), leaf.keyPem, { mode: 0o600 });
}

const apply = async (): Promise<Ran> =>
  await runIn(world().folder, "apply", "--assume-accepted", "--yes", "--wait", "5s");

/** What was changed at Cloudflare, in order. */
const changes = (): readonly string[] =>
  world()
    .cloudflare.calls.filter(({ method }) => method !== "GET")
    .map(({ method, path: at }) => `${method} ${at.replace(`/zones/${world().zone.id}/`, "")}`);

/** Once every location has heard of it. */
async function presents(level: "shared" | "zone" | "hostname"): Promise<void> {
  await vi.waitFor(() => {
    expect(world().cloudflare.edgePresents(world().zone, WWW)).toMatchObject([{ level }]);
  }, 10_000);
}

describe("the shared level", () => {
  test("is not switched on before a verifier accepts it, or somebody says so", async () => {
    const { status, stdout } = await runIn(world().folder, "apply", "--yes", "--wait", "0");
    expect(status).toBe(4);
    expect(stdout).toContain("no verifier was named");
    expect(changes()).toEqual([]);
  });

  test("is a toggle of the zone, which is switched on once", async () => {
    expect(await apply()).toMatchObject({ status: 0 });
    expect(changes()).toEqual(["PATCH settings/tls_client_auth"]);
    expect(world().cloudflare.edgePresents(world().zone, WWW)).toEqual([{ level: "shared" }]);
    expect(await apply()).toMatchObject({ status: 0 });
    expect(changes()).toHaveLength(1);
  });

  test("is not reached past a zone's own certificate: nothing is switched, and a person is told", async () => {
    world().zone.zoneToggles.push({ enabled: true, since: 0 });
    const { status, stdout, stderr } = await apply();
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("goes before it");
    expect(changes()).toEqual([]);
  });

  test("comes on before an association goes, and stays on when one comes back", async () => {
    writeMapping("hostname");
    expect(await apply()).toMatchObject({ status: 0 });
    await presents("hostname");
    const before = changes().length;
    writeMapping("shared");
    expect(await apply()).toMatchObject({ status: 0 });
    expect(changes().slice(before)).toEqual([
      "PATCH settings/tls_client_auth",
      "PUT origin_tls_client_auth/hostnames",
    ]);
    await presents("shared");
    writeMapping("hostname");
    expect(await apply()).toMatchObject({ status: 0 });
    await presents("hostname");
    // Other origins of the zone may rely on it: whoever switches it off has to look at those.
    expect(world().zone.settings.get("tls_client_auth")).toBe("on");
  });

  test("has nothing of ours to rotate, and rotate says what to do when Cloudflare's CA changes", async () => {
    const { status, stdout, stderr } = await runIn(world().folder, "rotate", WWW, "--yes");
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("which Cloudflare rotates");
    expect(stdout + stderr).toContain("pullproof fetch shared-issuer");
    expect(changes()).toEqual([]);
  });
});

describe("the zone's level", () => {
  test("is switched on when its certificate is active, and an association goes after that", async () => {
    writeMapping("hostname");
    expect(await apply()).toMatchObject({ status: 0 });
    await presents("hostname");
    const before = changes().length;
    writeMapping("zone");
    expect(await apply()).toMatchObject({ status: 0 });
    expect(changes().slice(before)).toEqual([
      "POST origin_tls_client_auth",
      "PUT origin_tls_client_auth/settings",
      "PUT origin_tls_client_auth/hostnames",
    ]);
    await presents("zone");
    expect(world().zone.settings.get("tls_client_auth")).toBe("off");
  });

  test("is left on when a hostname gets a certificate of its own, and doctor knows of it", async () => {
    writeMapping("zone");
    expect(await apply()).toMatchObject({ status: 0 });
    writeMapping("hostname");
    expect(await apply()).toMatchObject({ status: 0 });
    await presents("hostname");
    const doctor = await runIn(
      world().folder,
      "doctor",
      WWW,
      "--no-worker",
      "--dns",
      "127.0.0.1:9",
    );
    expect(doctor.stdout).toContain("level hostname: sha256:");
    expect(doctor.stdout).toMatch(
      /toggles of the zone +example\.com presents a certificate of the zone's own/,
    );
  });
});
