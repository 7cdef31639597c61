import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { statusOf as writtenStatus } from "../../origin-verifier/admin/status.ts";
import { createObservations } from "../../origin-verifier/observations/observations.ts";
import { VerifierRefusesToStart } from "../../origin-verifier/origin-verifier.ts";
import { AUDIENCE, goodClaims, keySet, mintAccessKey, signToken, TEAM } from "../support/access.ts";
import {
  attempt,
  BLOG,
  plainMapping,
  SHOP,
  startVerifierWorld,
  statusOf,
  type Pki,
  type VerifierWorld,
  type WorldOptions,
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

const request = (...lines: readonly string[]): string =>
  `GET / HTTP/1.1\r\nHost: ${SHOP}\r\n${lines.map((line) => `${line}\r\n`).join("")}Connection: close\r\n\r\n`;

describe("a secret beside the certificate", () => {
  const [NOW, NEXT] = ["now-".repeat(6), "next".repeat(6)];
  const also = { header: [{ env: "PULL_SECRET" }, { env: "PULL_SECRET_NEXT" }] };
  const edgeMapping = (keys: Pki) => {
    const mapping = mappingWith(keys, { also });
    const present = { by: "edge", level: "hostname" };
    const { "shop.example.com": shop } = mapping.hosts;
    return { ...mapping, hosts: { ...mapping.hosts, "shop.example.com": { ...shop, present } } };
  };
  beforeEach(() => {
    vi.stubEnv("PULL_SECRET", NOW);
    vi.stubEnv("PULL_SECRET_NEXT", NEXT);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("keeps a verifier from starting where the environment has none, or a weak one", async () => {
    vi.stubEnv("PULL_SECRET", undefined);
    vi.stubEnv("PULL_SECRET_NEXT", "short");
    const problems = await startVerifierWorld({ mapping: edgeMapping }).then(
      () => [],
      (error: unknown) => (error instanceof VerifierRefusesToStart ? error.problems : []),
    );
    const place = 'hosts["shop.example.com"].accept.also.header';
    expect(problems.map(({ path }) => path)).toEqual([`${place}[0]`, `${place}[1]`]);
    expect(JSON.stringify(problems)).not.toContain('"short"');
  });

  for (const inProcess of [false, true]) {
    const form = inProcess ? "in process" : "as proxy";

    it(`is asked for, never stands for the certificate, and reaches no application and no log (${form})`, async () => {
      const world = await startVerifierWorld({ mapping: edgeMapping, inProcess });
      const { shop, unlisted, stranger } = world.pki;
      const wrong = [
        [],
        ["X-Pull-Secret:"],
        [`X-Pull-Secret: ${NOW}x`],
        [`X-Pull-Secret: ${NOW}`, `X-Pull-Secret: ${NEXT}`],
        [`X-Pull-Secret: ${NOW}, ${NEXT}`],
        [`X_Pull_Secret: ${NOW}`],
      ];
      for (const lines of wrong) {
        expect(statusOf(await attempt(world, shop, {}, request(...lines)))).toBe(403);
        expect(await world.nextRefusal()).toMatchObject({ reason: "secret-not-accepted" });
      }
      const right = request(`X-Pull-Secret: ${NOW}`);
      expect(statusOf(await attempt(world, unlisted, {}, right))).toBe(403);
      expect(await world.nextRefusal()).toMatchObject({ reason: "certificate-not-accepted" });
      expect(await attempt(world, stranger, {}, right)).toBe("");
      expect(await attempt(world, null, {}, right)).toBe("");
      expect(world.reached).toEqual([]);

      for (const secret of [NOW, NEXT]) {
        const lines = [`x-pull-secret: ${secret}`, "Accept: */*", `X_Pull_Secret: ${secret}`];
        expect(statusOf(await attempt(world, shop, {}, request(...lines)))).toBe(200);
      }
      expect(world.reached).toHaveLength(2);
      const told = JSON.stringify([world.reached, world.events]);
      for (const secret of [NOW, NEXT]) expect(told).not.toContain(secret);
      await world.close();
    });
  }
});

const now = () => Math.floor(Date.now() / 1_000);
const line = (token: string): string => `Cf-Access-Jwt-Assertion: ${token}`;

describe("a token of Cloudflare Access beside the certificate", () => {
  const [key, next] = [mintAccessKey("now"), mintAccessKey("next")];
  const access = { team: TEAM, audiences: [AUDIENCE], keys: "access.json" };
  const mode = { report: "2999-01-01" };
  const start = (options: WorldOptions = {}, accept: object = {}) =>
    startVerifierWorld({
      ...options,
      mapping: (keys) => mappingWith(keys, { also: { access }, ...accept }),
      files: { "access.json": keySet([key]) },
    });

  for (const inProcess of [false, true]) {
    const form = inProcess ? "in process" : "as proxy";

    it(`is asked for, never stands for the certificate, and is in no log (${form})`, async () => {
      const world = await start({ inProcess });
      const { shop, unlisted, stranger } = world.pki;
      const good = signToken(key, goodClaims(now()));
      const wrong = [
        [],
        ["Cf-Access-Jwt-Assertion:"],
        [line(good), line(good)],
        [line(`${good}, ${good}`)],
        [`Cf_Access_Jwt_Assertion: ${good}`],
        [`Cookie: CF_Authorization=${good}`],
        [line(signToken(next, goodClaims(now())))],
        [line(signToken(key, { ...goodClaims(now()), iss: "https://other.cloudflareaccess.com" }))],
      ];
      for (const lines of wrong) {
        expect(statusOf(await attempt(world, shop, {}, request(...lines)))).toBe(403);
        expect(await world.nextRefusal()).toMatchObject({ reason: "token-not-accepted" });
      }
      const right = request(line(good));
      expect(statusOf(await attempt(world, unlisted, {}, right))).toBe(403);
      expect(await world.nextRefusal()).toMatchObject({ reason: "certificate-not-accepted" });
      expect(await attempt(world, stranger, {}, right)).toBe("");
      expect(await attempt(world, null, {}, right)).toBe("");
      expect(world.reached).toEqual([]);

      const lines = [line(good), `Cf_Access_Jwt_Assertion: ${good}`];
      expect(statusOf(await attempt(world, shop, {}, request(...lines)))).toBe(200);
      // It was judged: the application may read who it is of.
      expect(world.reached[0]?.rawHeaders.filter((text) => text === good)).toEqual([good]);
      expect(JSON.stringify(world.events)).not.toContain(good.slice(0, 20));
      await world.close();
    });

    it(`is taken away where nobody asks for it: nobody has looked at it (${form})`, async () => {
      const world = await startVerifierWorld({ inProcess });
      const lines = request(line(signToken(next, { email: "root@example.com" })));
      expect(statusOf(await attempt(world, world.pki.shop, {}, lines))).toBe(200);
      expect(JSON.stringify(world.reached)).not.toMatch(/access-jwt/i);
      await world.close();
    });
  }

  it("holds in report mode too, and is then not handed on", async () => {
    const world = await start({}, { mode });
    const good = line(signToken(key, goodClaims(now())));
    expect(statusOf(await attempt(world, world.pki.unlisted, {}, request()))).toBe(403);
    expect(statusOf(await attempt(world, world.pki.unlisted, {}, request(good)))).toBe(200);
    expect(JSON.stringify(world.reached)).not.toMatch(/access-jwt/i);
    await world.close();
  });

  it("follows the file of keys: both in a rotation, then the next alone; a bad file changes nothing", async () => {
    const world = await start();
    const ask = async (signer: typeof key) => {
      const lines = request(line(signToken(signer, goodClaims(now()))));
      return statusOf(await attempt(world, world.pki.shop, {}, lines));
    };
    const write = (text: string) => writeFile(join(world.folder, "access.json"), text);
    expect(world.verifier.files().has(join(world.folder, "access.json"))).toBe(true);
    expect([await ask(key), await ask(next)]).toEqual([200, 403]);
    await write(keySet([next, key]));
    expect(await world.verifier.reload()).toMatchObject({ ok: true });
    expect([await ask(key), await ask(next)]).toEqual([200, 200]);
    await write(keySet([next]));
    expect(await world.verifier.reload()).toMatchObject({ ok: true });
    expect([await ask(key), await ask(next)]).toEqual([403, 200]);
    for (const text of ["", '{"keys":[]}', keySet([mintAccessKey("weak", 1024)])]) {
      await write(text);
      expect((await world.verifier.reload()).ok).toBe(false);
      expect([await ask(key), await ask(next)]).toEqual([403, 200]);
    }
    await world.close();
  });

  it("is warned of at each load where its file is old, or does not say how old it is", async () => {
    const world = await start();
    const warnings = async (fetched?: number): Promise<readonly string[]> => {
      const text = fetched === undefined ? undefined : new Date(fetched).toISOString();
      await writeFile(join(world.folder, "access.json"), keySet([key], text));
      await world.verifier.reload();
      const swapped = world.events.findLast(({ event }) => event === "trust-swapped");
      const all = swapped?.event === "trust-swapped" ? swapped.warnings : [];
      return all.filter((warning) => warning.startsWith("access.json"));
    };
    expect(await warnings(Date.now())).toEqual([]);
    expect(await warnings(Date.now() - 3 * 86_400_000)).toEqual([
      expect.stringContaining("pullproof fetch access acme"),
    ]);
    expect(await warnings()).toEqual([expect.stringContaining("does not say when")]);
    await world.close();
  });

  it("is told of in the status, with the age of its file and without a key", async () => {
    const world = await start();
    const trust = world.verifier.trust();
    const observations = createObservations({ trust: () => trust, now: Date.now });
    const { hostnames } = writtenStatus(
      trust,
      observations,
      { version: "1", profile: "standard" },
      Date.now(),
    );
    const file = join(world.folder, "access.json");
    expect(hostnames["shop.example.com"]?.also).toEqual([
      {
        lock: "access",
        team: TEAM,
        audiences: [AUDIENCE],
        keys: 1,
        file,
        fetched: null,
        old: false,
      },
    ]);
    expect(hostnames["blog.example.com"]?.also).toEqual([]);
    await world.close();
  });
});
