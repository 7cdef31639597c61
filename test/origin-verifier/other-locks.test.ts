import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VerifierRefusesToStart } from "../../origin-verifier/origin-verifier.ts";
import {
  attempt,
  BLOG,
  plainMapping,
  SHOP,
  startVerifierWorld,
  statusOf,
  type Pki,
  type VerifierWorld,
} from "../support/verifier-world.ts";

const get = (host: string): string =>
  `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const asked = (world: VerifierWorld, peer: keyof Pki | null) =>
  attempt(world, peer === null ? null : (world.pki[peer] as never), {}, get(SHOP));

function mappingWith(keys: Pki, accept: object) {
  const mapping = plainMapping(keys);
  const { accept: its, ...shop } = mapping.hosts["shop.example.com"] ?? {};
  const hosts = { "shop.example.com": { ...shop, accept: { ...(its as object), ...accept } } };
  return { ...mapping, hosts: { ...mapping.hosts, ...hosts } };
}

const ranges = { also: { addresses: "ranges.txt" } };
const HERE = "127.0.0.0/8\n";
const ELSEWHERE = "203.0.113.0/24\n";

describe("addresses beside the certificate", () => {
  let world: VerifierWorld;
  const write = (text: string) => writeFile(join(world.folder, "ranges.txt"), text);
  // The file is not there at the start: the mapping asks for it at the first reload.
  const ask = async (text: string, accept: object = ranges) => {
    await write(text);
    await world.writeMapping(mappingWith(world.pki, accept));
    expect(await world.verifier.reload()).toMatchObject({ ok: true });
  };
  beforeEach(async () => {
    world = await startVerifierWorld();
  });
  afterEach(() => world.close());

  it("refuse a good certificate from elsewhere, and nothing reaches the application", async () => {
    await ask(ELSEWHERE);
    expect(statusOf(await asked(world, "shop"))).toBe(403);
    expect(await world.nextRefusal()).toMatchObject({
      reason: "address-not-accepted",
      status: 403,
      fingerprint: world.pki.shop.fingerprint,
    });
    expect(world.reached).toEqual([]);
  });

  it("never stand for the certificate", async () => {
    await ask(HERE);
    expect(await asked(world, null)).toBe("");
    expect(await world.nextRefusal()).toMatchObject({ reason: "no-certificate" });
    expect(await asked(world, "stranger")).toBe("");
    expect(await world.nextRefusal()).toMatchObject({ reason: "unknown-issuer" });
    expect(statusOf(await asked(world, "unlisted"))).toBe(403);
    expect(await world.nextRefusal()).toMatchObject({ reason: "certificate-not-accepted" });
    expect(statusOf(await asked(world, "shop"))).toBe(200);
  });

  it("are asked of their own hostname alone", async () => {
    await ask(ELSEWHERE);
    const { blog } = world.pki;
    expect(statusOf(await attempt(world, blog, { servername: BLOG }, get(BLOG)))).toBe(200);
  });

  it("hold in report mode too, which lets nobody through from elsewhere", async () => {
    const mode = { report: "2999-01-01" };
    await ask(ELSEWHERE, { ...ranges, mode });
    expect(await asked(world, null)).toBe("");
    expect(await world.nextRefusal()).toMatchObject({ reason: "no-certificate" });
    expect(statusOf(await asked(world, "unlisted"))).toBe(403);
    expect(await world.nextRefusal()).toMatchObject({ reason: "certificate-not-accepted" });
    expect(world.reached).toEqual([]);
    await ask(HERE, { ...ranges, mode });
    expect(statusOf(await asked(world, "unlisted"))).toBe(200);
  });

  it("are read again with each reload; where they cannot be read, the old ones stay", async () => {
    await ask(ELSEWHERE);
    expect(world.verifier.files().has(join(world.folder, "ranges.txt"))).toBe(true);
    await write("everybody\n");
    expect(await world.verifier.reload()).toMatchObject({
      ok: false,
      problems: [{ path: "line 1" }],
    });
    await rm(join(world.folder, "ranges.txt"));
    expect((await world.verifier.reload()).ok).toBe(false);
    expect(statusOf(await asked(world, "shop"))).toBe(403);
    await write(HERE);
    expect((await world.verifier.reload()).ok).toBe(true);
    expect(statusOf(await asked(world, "shop"))).toBe(200);
  });
});

it("without its file of ranges a verifier does not start", async () => {
  const start = startVerifierWorld({ mapping: (keys) => mappingWith(keys, ranges) });
  await expect(start).rejects.toBeInstanceOf(VerifierRefusesToStart);
});
