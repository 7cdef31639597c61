import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { BLOG, SHOP } from "../../support/verifier-world.ts";
import { useBinWorld } from "./support/bin-world.ts";
import type { RunningBin } from "./support/bin.ts";
import { pull } from "./support/pull.ts";
import type { MappingText, VerifierFiles } from "./support/verifier-files.ts";

const { files: makeFiles, application: startApplication, start } = useBinWorld();

const TOKEN = "a-token-of-twenty-characters";
const NEXT_TOKEN = "another-token-of-twenty-characters";

async function ask(port: number, path: string, headers: Readonly<Record<string, string>> = {}) {
  const request = get({ host: "127.0.0.1", port, path, headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}

/** What `--config` says of an origin hostname. */
const own = (name: string, behind: string) => ({
  certificate: `${name}.pem`,
  key: `${name}.key`,
  application: behind,
});

/** A bin with a configuration file and a token, and how to change that file. */
async function configured() {
  const files = await makeFiles();
  const { address: application } = await startApplication("first");
  const write = (change: object) =>
    files.write(
      "v.json",
      JSON.stringify({
        mapping: "mapping.json",
        listen: "127.0.0.1:0",
        admin: "127.0.0.1:0",
        adminTokenFile: "token",
        origins: { [SHOP]: own(SHOP, application) },
        ...change,
      }),
    );
  await files.write("token", TOKEN);
  await write({});
  const bin = start(["--config", files.path("v.json")]);
  const port = await bin.port("origin");
  const admin = await bin.port("admin");
  await watched(bin);
  return { files, bin, port, admin, write, application };
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Waits until the files are watched: what changes before is found too, but as part of the start. */
const watched = (bin: RunningBin) => bin.event("watching");

async function accept(files: VerifierFiles, fingerprint: string): Promise<void> {
  const mapping = JSON.parse(await files.read("mapping.json")) as MappingText;
  const { accept: accepted } = mapping.hosts["shop.example.com"] as {
    accept: { certificates: string[] };
  };
  accepted.certificates = [fingerprint];
  await files.write("mapping.json", JSON.stringify(mapping));
}

describe("a file that changes", () => {
  it("is swapped in without a signal, and one that is written anew with the same bytes is not", async () => {
    const files = await makeFiles();
    const application = await startApplication("application");
    const bin = start(files.flags(application.address));
    const port = await bin.port("origin");
    const { shop, unlisted } = files.pki;
    expect(await watched(bin)).toMatchObject({ files: 5, folders: 1, unwatched: [] });
    await files.write("issuer.pem", await files.read("issuer.pem"));
    await files.write("mapping.json", await files.read("mapping.json"));
    expect((await pull(port, shop)).status).toBe(200);
    await accept(files, unlisted.fingerprint);
    expect(await bin.event("trust-swapped", 2)).toMatchObject({ generation: 2 });
    expect((await pull(port, shop)).status).toBe(403);
    expect((await pull(port, unlisted)).status).toBe(200);
    await accept(files, shop.fingerprint);
    expect(await bin.event("trust-swapped", 3)).toMatchObject({ generation: 3 });
    expect((await pull(port, shop)).status).toBe(200);
  });

  it("may be in a volume of Kubernetes", async () => {
    const files = await makeFiles();
    const volume = files.path("volume");
    const mapping = await files.read("mapping.json");
    const version = async (name: string, written: string): Promise<void> => {
      await mkdir(join(volume, name), { recursive: true });
      await writeFile(join(volume, name, "mapping.json"), written);
    };
    const inVolume = mapping
      .replaceAll('"issuer.pem"', '"../issuer.pem"')
      .replaceAll('"other.pem"', '"../other.pem"');
    await version("..1", inVolume);
    await symlink("..1", join(volume, "..data"));
    await symlink(join("..data", "mapping.json"), join(volume, "mapping.json"));
    const flags = files
      .flags()
      .map((flag) =>
        flag.startsWith("--mapping=") ? `--mapping=${join(volume, "mapping.json")}` : flag,
      );
    const bin = start(flags);
    await watched(bin);
    await version("..2", `${inVolume}\n`);
    await symlink("..2", join(volume, "..data_tmp"));
    await rename(join(volume, "..data_tmp"), join(volume, "..data"));
    expect(await bin.event("trust-swapped", 2)).toMatchObject({ generation: 2 });
  });
});

describe("files that stay wrong", () => {
  it("are told with every problem, in log, status, metrics and console, and the old trust goes on", async () => {
    const files = await makeFiles();
    const application = await startApplication("application");
    const bin = start([...files.flags(application.address), "--admin", "127.0.0.1:0"]);
    const port = await bin.port("origin");
    const admin = await bin.port("admin");
    await watched(bin);
    const good = await files.read("issuer.pem");
    await files.write("issuer.pem", good.slice(0, 200));
    await files.write(`${SHOP}.key`, files.pki.shop.key);
    const { generation, problems } = await bin.event("reload-failed");
    expect(generation).toBe(1);
    expect(problems.map(({ file }) => file).toSorted()).toEqual(
      [files.path("issuer.pem"), files.path(`${SHOP}.key`)].toSorted(),
    );
    expect((await pull(port, files.pki.shop)).status).toBe(200);
    expect(JSON.parse((await ask(admin, "/status")).body)).toMatchObject({
      generation: 1,
      lastReloadFailure: { current: true, problems },
    });
    expect((await ask(admin, "/metrics")).body).toContain("pullproof_trust_reload_failing 1");
    const page = (await ask(admin, "/")).body;
    for (const { file } of problems) expect(page).toContain(file);

    await files.write("issuer.pem", `${good}\n`);
    await files.write(`${SHOP}.key`, files.pki.origin.get(SHOP)?.key ?? "");
    expect(await bin.event("trust-swapped", 2)).toMatchObject({ generation: 2 });
    expect((await ask(admin, "/metrics")).body).toContain("pullproof_trust_reload_failing 0");
    // Told once, though it was tried again and again.
    expect(bin.events().filter(({ event }) => event === "reload-failed")).toHaveLength(1);
  });
});

describe("the configuration file", () => {
  it("is read again: another application, another origin hostname", async () => {
    const { bin, port, files, write, application } = await configured();
    expect((await pull(port, files.pki.shop)).body).toBe("first");
    const { address: second } = await startApplication("second");
    await write({ origins: { [SHOP]: own(SHOP, second), [BLOG]: own(BLOG, application) } });
    await bin.event("trust-swapped", 2);
    expect((await pull(port, files.pki.shop)).body).toBe("second");
    expect((await pull(port, files.pki.blog, {}, BLOG)).body).toBe("first");
    // And what it names by now is watched.
    await expect
      .poll(() => bin.events().filter(({ event }) => event === "watching"))
      .toHaveLength(2);
  });

  it("says which of its settings hold only after a restart", async () => {
    const { bin, write, admin } = await configured();
    await write({ refuse: "status", limits: { handshakes: 7 }, adminHosts: ["a.example.com"] });
    const { warnings } = await bin.event("trust-swapped", 2);
    expect(warnings[0]).toMatch(/v\.json: adminHosts, refuse, limits changed: restart/);
    const { body } = await ask(admin, "/status", bearer(TOKEN));
    expect(JSON.parse(body)).toMatchObject({ warnings });
  });

  it("that is wrong is told with its places, and nothing of it holds", async () => {
    const { bin, port, files, write } = await configured();
    await write({ refuse: "politely", origins: {} });
    const { problems } = await bin.event("reload-failed");
    expect(problems.map(({ path }) => path)).toContain("refuse");
    expect(new Set(problems.map(({ file }) => file))).toEqual(new Set([files.path("v.json")]));
    expect((await pull(port, files.pki.shop)).status).toBe(200);
  });

  it("names the file of the admin token: a new one counts at once, and the old one and its sessions no more", async () => {
    const { bin, files, admin } = await configured();
    const login = new URLSearchParams({ token: TOKEN });
    const response = await fetch(`http://127.0.0.1:${admin}/login`, {
      method: "POST",
      body: login,
      redirect: "manual",
    });
    const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
    expect((await ask(admin, "/status", { cookie })).status).toBe(200);
    const stream = get({
      host: "127.0.0.1",
      port: admin,
      path: "/events",
      headers: { cookie },
      agent: false,
    });
    const [events] = (await once(stream, "response")) as [IncomingMessage];
    const ended = new Promise((resolve) => events.resume().on("error", resolve));

    await files.write("token", NEXT_TOKEN);
    await bin.event("admin-token-replaced");
    await ended;
    expect((await ask(admin, "/status", { cookie })).status).toBe(401);
    expect((await ask(admin, "/status", bearer(TOKEN))).status).toBe(401);
    expect((await ask(admin, "/status", bearer(NEXT_TOKEN))).status).toBe(200);
    expect(bin.lines.join("\n")).not.toContain("token-of-twenty");
  });

  it("and a token file that is broken keeps the old token, and the old of all else", async () => {
    const { bin, files, admin } = await configured();
    await files.write("token", "short");
    const { problems } = await bin.event("reload-failed");
    expect(problems).toMatchObject([{ file: files.path("token") }]);
    expect((await ask(admin, "/status", bearer(TOKEN))).status).toBe(200);
    expect((await ask(admin, "/status", bearer("short"))).status).toBe(401);
    await files.write("token", NEXT_TOKEN);
    await bin.event("admin-token-replaced");
    expect((await ask(admin, "/status", bearer(NEXT_TOKEN))).status).toBe(200);
  });

  it("cannot take the token away from a listener that was started with one", async () => {
    const { bin, admin, write } = await configured();
    await write({ adminTokenFile: undefined });
    const { warnings } = await bin.event("trust-swapped", 2);
    expect(warnings[0]).toMatch(/adminTokenFile changed: restart/);
    expect((await ask(admin, "/status")).status).toBe(401);
    expect((await ask(admin, "/status", bearer(TOKEN))).status).toBe(200);
  });
});

it("--no-watch leaves changed files alone until the signal", async () => {
  const files = await makeFiles();
  const bin = start([...files.flags(), "--no-watch"]);
  await bin.port("origin");
  await accept(files, files.pki.unlisted.fingerprint);
  bin.signal("SIGHUP");
  expect(await bin.event("trust-swapped", 2)).toMatchObject({ generation: 2 });
  bin.signal("SIGTERM");
  await bin.ended;
  expect(bin.events().map(({ event }) => event)).not.toContain("watching");
  expect(bin.events().filter(({ event }) => event === "trust-swapped")).toHaveLength(2);
});
