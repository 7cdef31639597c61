import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { SHOP } from "../../support/verifier-world.ts";
import { useBinWorld } from "./support/bin-world.ts";
import { pull } from "./support/pull.ts";
import type { MappingText, VerifierFiles } from "./support/verifier-files.ts";

const { files: makeFiles, application: startApplication, start } = useBinWorld();

async function ask(port: number, path: string, host = `127.0.0.1:${port}`) {
  const request = get({ host: "127.0.0.1", port, path, headers: { host }, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

/** A running bin with an admin listener, and an application that answers. */
async function running() {
  const files = await makeFiles();
  const application = await startApplication("application");
  // What a signal does, and that alone: test/origin-verifier/command/watch.test.ts has the rest.
  const more = ["--admin", "127.0.0.1:0"];
  const bin = start([...files.flags(application.address), ...more, "--no-watch"]);
  const origin = await bin.port("origin");
  const admin = await bin.port("admin");
  return {
    files,
    bin,
    admin,
    pullShop: async () => (await pull(origin, files.pki.shop)).status,
    status: async () => JSON.parse((await ask(admin, "/status")).body) as Record<string, unknown>,
  };
}

async function changeMapping(
  files: VerifierFiles,
  change: (mapping: MappingText) => void,
): Promise<void> {
  const mapping = JSON.parse(await files.read("mapping.json")) as MappingText;
  change(mapping);
  await files.write("mapping.json", JSON.stringify(mapping));
}

describe("SIGHUP with files that are wrong keeps the old trust, and says so", () => {
  it.each<[string, (files: VerifierFiles) => Promise<void>, string]>([
    [
      "a mapping that is cut",
      async (files) => await files.write("mapping.json", "{"),
      "mapping.json",
    ],
    [
      "a mapping with a mistake in it",
      async (files) =>
        await changeMapping(files, ({ hosts }) => {
          hosts["shop.example.com"] = { ...hosts["shop.example.com"], origin: "http://x" };
        }),
      "mapping.json",
    ],
    ["an issuer that is empty", async (files) => await files.write("issuer.pem", ""), "issuer.pem"],
    [
      "an origin key that does not fit",
      async (files) => await files.write(`${SHOP}.key`, files.pki.shop.key),
      `${SHOP}.key`,
    ],
  ])("%s", async (_what, breakFiles, file) => {
    const { files, bin, pullShop, status, admin } = await running();
    expect(await pullShop()).toBe(200);
    await breakFiles(files);
    bin.signal("SIGHUP");
    const failed = await bin.event("reload-failed");
    expect(failed.generation).toBe(1);
    expect(failed.problems.map((problem) => problem.file)).toContain(files.path(file));
    expect(await pullShop()).toBe(200);
    expect(await status()).toMatchObject({
      ready: true,
      generation: 1,
      lastReloadFailure: { current: true, problems: failed.problems },
    });
    expect(await ask(admin, "/readyz")).toMatchObject({ status: 200 });
  });
});

it("SIGHUP after it was mended swaps the new trust in, for connections that are open too", async () => {
  const { files, bin, pullShop, status } = await running();
  const good = await files.read("mapping.json");
  await files.write("mapping.json", "");
  bin.signal("SIGHUP");
  await bin.event("reload-failed");

  await files.write("mapping.json", good);
  await changeMapping(files, ({ hosts }) => {
    const { accept } = hosts["shop.example.com"] as { accept: { certificates: string[] } };
    accept.certificates = [`sha256:${"0".repeat(64)}`];
  });
  bin.signal("SIGHUP");
  expect(await bin.event("trust-swapped", 2)).toMatchObject({ generation: 2 });
  expect(await pullShop()).toBe(403);

  await files.write("mapping.json", good);
  bin.signal("SIGHUP");
  expect(await bin.event("trust-swapped", 3)).toMatchObject({ generation: 3 });
  expect(await pullShop()).toBe(200);
  expect(await status()).toMatchObject({ generation: 3, lastReloadFailure: { current: false } });
});

describe("the admin listener", () => {
  it("says that it lives, that it is ready, and what it accepts", async () => {
    const { admin, status, files } = await running();
    expect(await ask(admin, "/livez")).toMatchObject({ status: 200 });
    expect(await ask(admin, "/readyz")).toMatchObject({ status: 200 });
    expect(await status()).toMatchObject({
      ready: true,
      generation: 1,
      hostnames: {
        "shop.example.com": { originHostname: SHOP, accepts: [files.pki.shop.fingerprint] },
      },
    });
    const { body } = await ask(admin, "/status");
    expect(body).not.toMatch(/PRIVATE KEY|BEGIN/);
  });

  it("answers nothing to a page that has rebound its own name to this machine", async () => {
    const { admin } = await running();
    const names = ["rebound.example", "127.0.0.1.rebound.example", "localhost.rebound.example"];
    for (const host of [...names, `rebound.example:${admin}`, "0.0.0.0", "192.0.2.1"]) {
      for (const path of ["/livez", "/readyz", "/status", "/metrics", "/"]) {
        const { status, body } = await ask(admin, path, host);
        expect([host, path, status]).toEqual([host, path, 421]);
        expect(body).not.toMatch(/shop|sha256|ready|alive/);
      }
    }
  });

  it("answers to each of its own names", async () => {
    const { admin } = await running();
    for (const host of [`localhost:${admin}`, "127.0.0.1", `[::1]:${admin}`]) {
      expect(await ask(admin, "/livez", host)).toMatchObject({ status: 200 });
    }
  });
});
