import { writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it, vi } from "vitest";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { runIn, type Ran } from "../support/run-pullproof.ts";
import { useCloudflareFolder } from "../support/cloudflare-folder.ts";

/* What looks at Cloudflare, in a project that has no Worker and so nothing of wrangler's. */

const WWW = "www.acme.test";
const world = useCloudflareFolder("acme.test");

beforeEach(() => {
  const issuer = mintCa();
  const leaf = mintLeaf(issuer, { names: [WWW] });
  write("pki/issuer.pem", issuer.pem);
  write("pki/www.pem", leaf.pem);
  writeFileSync(path.join(world().folder, "pki/www.key"), leaf.keyPem, { mode: 0o600 });
  writeMapping({
    [WWW]: {
      origin: `https://${WWW}`,
      present: { by: "edge", level: "hostname" },
      accept: { issuer: "own", certificates: [leaf.fingerprint] },
    },
  });
});

function write(file: string, text: string): void {
  writeFileSync(path.join(world().folder, file), text);
}

function writeMapping(hosts: Readonly<Record<string, unknown>>): void {
  const issuers = { own: { certificates: "pki/issuer.pem" } };
  write("mapping.json", JSON.stringify({ version: 1, issuers, hosts }));
}

const run = async (...args: string[]): Promise<Ran> => await runIn(world().folder, ...args);
const GO_ON = ["--assume-accepted", "--yes", "--wait", "5s"];
const NOT_DUE = ["--renew-before", "1m"];

it.each(["plan", "apply --yes", `rotate shop.acme.test --yes`, "check --remote"])(
  "%s still asks for wrangler.toml where a Worker presents",
  async (line) => {
    writeMapping({
      "shop.acme.test": {
        origin: "https://origin-shop.acme.test",
        present: { by: "worker", binding: "PULL_CERT_SHOP" },
        accept: { issuer: "own", certificates: [`sha256:${"a".repeat(64)}`] },
      },
    });
    const { status, stderr } = await run(...line.split(" "));
    expect([status, stderr]).toEqual([1, expect.stringContaining("wrangler.toml: is not there")]);
    expect(world().cloudflare.calls).toEqual([]);
  },
);

it("plan, apply, check --remote and rotate need nothing of wrangler's, and ask nothing about Workers", async () => {
  const planned = await run("plan", "--assume-accepted", "--detailed-exitcode");
  expect([planned.status, planned.stdout]).toEqual([5, expect.stringContaining(WWW)]);
  expect((await run("check", "--remote")).status).toBe(5);

  expect(await run("apply", ...GO_ON)).toMatchObject({ status: 0 });
  await vi.waitFor(() => {
    expect(world().cloudflare.edgePresents(world().zone, WWW)).toMatchObject([
      { level: "hostname" },
    ]);
  }, 10_000);
  expect(await run("check", "--remote", ...NOT_DUE)).toMatchObject({ status: 0, stderr: "" });
  expect(await run("rotate", WWW, ...GO_ON, ...NOT_DUE)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("no rotation is under way"),
  });
  expect(
    world()
      .cloudflare.calls.map((call) => call.path)
      .join(" "),
  ).not.toMatch(/workers|mtls_cert/);
});

it("a wrangler.toml that no entry needs is not looked at: check judges it", async () => {
  write("wrangler.toml", "name = ");
  expect((await run("plan", "--assume-accepted", "--detailed-exitcode")).status).toBe(5);
});
