import { createHmac } from "node:crypto";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AUDIENCE,
  BASE64URL,
  encoded,
  goodClaims,
  keySet,
  mintAccessKey,
  signToken,
  TEAM,
} from "../support/access.ts";
import { makePki, mappingOf, SHOP } from "./support/pki.ts";
import { attempt, get, refusalOf, statuses } from "./support/pull.ts";
import { FORMS, refusedStart, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const ELSEWHERE = "203.0.113.0/24\n2001:db8::/32\n";
const HERE = `${ELSEWHERE}127.0.0.0/8\n::1\n`;

function mapping() {
  const { hosts, ...rest } = mappingOf(pki);
  const { accept, ...shop } = hosts["shop.example.com"];
  const also = { addresses: "ranges.txt" };
  return {
    ...rest,
    hosts: { ...hosts, "shop.example.com": { ...shop, accept: { ...accept, also } } },
  };
}

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ form, pki, mapping, files: { "ranges.txt": ELSEWHERE } });
    });
    afterAll(() => world.close());

    it("P39: refuses a good certificate from an address that is not accepted", async () => {
      const ended = await attempt(world, pki.shop, get(SHOP));
      expect(statuses(ended.text)).toEqual([403]);
      expect(await refusalOf(world, ended)).toMatchObject({ reason: "address-not-accepted" });
      expect(world.reached()).toEqual([]);
    });

    it("P39: takes no address for a certificate", async () => {
      await world.write("ranges.txt", HERE);
      expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
      for (const peer of [null, pki.stranger])
        expect((await attempt(world, peer, get(SHOP))).text).toBe("");
      expect(statuses((await attempt(world, pki.unlisted, get(SHOP))).text)).toEqual([403]);
      expect(statuses((await attempt(world, pki.shop, get(SHOP))).text)).toEqual([200]);
    });

    it("P39: keeps the old ranges at a reload with a file that says everybody, or nobody", async () => {
      for (const text of ["0.0.0.0/0\n", "# nobody\n", "127.0.0.1/33\n"]) {
        await world.write("ranges.txt", text);
        expect(await world.reload()).toMatchObject({ event: "reload-failed" });
        expect(statuses((await attempt(world, pki.shop, get(SHOP))).text)).toEqual([200]);
      }
    });
  });
}

/** After so long ranges are old. */
const OLD_AFTER = 30 * 86_400_000;

for (const form of FORMS) {
  it(`P39: says once that its file has grown old, and goes on by it (${form})`, async () => {
    const clock = Date.now();
    const fetched = new Date(clock - OLD_AFTER + 1_500).toISOString();
    const world = await startWorld({
      form,
      pki,
      mapping,
      files: { "ranges.txt": `# fetched ${fetched}\n${HERE}` },
      nodeOptions: ["--import", resolve(import.meta.dirname, "support/set-clock.ts")],
      environment: { CLOCK: String(clock) },
    });
    const swapped = await world.line("the trust", ({ event }) => event === "trust-swapped");
    expect(swapped["warnings"]).toEqual([]);
    const line = await world.line("that it is old", ({ event }) => event === "file-old");
    expect(line).toMatchObject({ lock: "addresses", fetched, hostnames: ["shop.example.com"] });
    expect(line["message"]).toContain("pullproof fetch addresses");
    expect(statuses((await attempt(world, pki.shop, get(SHOP))).text)).toEqual([200]);
    expect(world.lines.filter(({ event }) => event === "file-old")).toHaveLength(1);
    await world.close();
  });
}

const SECRET = "secret-of-this-test-alone";
const secretMapping = () => {
  const { hosts, ...rest } = mappingOf(pki);
  const { accept, origin } = hosts["shop.example.com"];
  const present = { by: "edge", level: "hostname" };
  const also = { header: [{ env: "PULL_SECRET" }] };
  return {
    ...rest,
    hosts: { ...hosts, "shop.example.com": { origin, present, accept: { ...accept, also } } },
  };
};

for (const form of FORMS) {
  it(`P75: the secret is asked for beside the certificate, and passed on to nobody (${form})`, async () => {
    const environment = { PULL_SECRET: SECRET };
    const world = await startWorld({ form, pki, mapping: secretMapping, environment });
    for (const lines of ["", `X-Pull-Secret: ${SECRET}x\r\n`]) {
      const ended = await attempt(world, pki.shop, get(SHOP, lines));
      expect(statuses(ended.text)).toEqual([403]);
      expect(await refusalOf(world, ended)).toMatchObject({ reason: "secret-not-accepted" });
    }
    const right = get(SHOP, `X-Pull-Secret: ${SECRET}\r\n`);
    expect((await attempt(world, null, right)).text).toBe("");
    expect(statuses((await attempt(world, pki.unlisted, right)).text)).toEqual([403]);
    expect(world.reached()).toEqual([]);
    expect(statuses((await attempt(world, pki.shop, right)).text)).toEqual([200]);
    expect(JSON.stringify([world.lines, world.reached()])).not.toContain(SECRET);
    await world.close();
  });
}

const [key, next] = [mintAccessKey("now"), mintAccessKey("next")];
const accessMapping = () => {
  const access = { team: TEAM, audiences: [AUDIENCE], keys: "access.json" };
  return mappingOf(pki, { shop: { certificates: [pki.shop.fingerprint], also: { access } } });
};
const line = (token: string): string => `Cf-Access-Jwt-Assertion: ${token}\r\n`;

const signatureOf = (token: string) => Buffer.from(token.split(".")[2] ?? "", "base64url");

/** Of the last character of 342, four of six bits count for nothing. */
function respelled(token: string): string {
  const others = Array.from(BASE64URL, (last) => `${token.slice(0, -1)}${last}`);
  const same = others.filter((other) => signatureOf(other).equals(signatureOf(token)));
  return same.find((other) => other !== token) ?? "";
}

/** Tokens that nobody may take, and what is behind each of them. */
function wrongTokens(): readonly (readonly [string, string])[] {
  const now = Math.floor(Date.now() / 1_000);
  const claims = goodClaims(now);
  const good = signToken(key, claims);
  const [head, body, signature] = good.split(".") as [string, string, string];
  const strange = mintAccessKey(key.kid);
  const none = encoded({ alg: "none", kid: key.kid });
  const mac = `${encoded({ alg: "HS256", kid: key.kid })}.${body}`;
  const pem = key.publicKey.export({ type: "spki", format: "pem" });
  const by = (changed: object) => line(signToken(key, { ...claims, ...changed }));
  return [
    ["none", ""],
    ["an empty one", line("")],
    ["two of them", line(good) + line(good)],
    ["two in one line", line(`${good}, ${good}`)],
    ["another spelling", `Cf_Access_Jwt_Assertion: ${good}\r\n`],
    ["another spelling of its signature", line(respelled(good))],
    ["the cookie", `Cookie: CF_Authorization=${good}\r\n`],
    ["alg none", line(`${none}.${body}.${signature}`)],
    ["alg none, without a signature", line(`${none}.${body}.`)],
    [
      "a MAC under the public key",
      line(`${mac}.${createHmac("sha256", pem).update(mac).digest("base64url")}`),
    ],
    ["another algorithm", line(signToken(key, claims, { alg: "RS512" }))],
    ["a key of that name", line(signToken(strange, claims))],
    ["a key that it brings", line(signToken(strange, claims, { jwk: strange.jwk }))],
    ["a place of keys", line(signToken(strange, claims, { kid: "x", jku: "https://evil.test/" }))],
    ["a place of a certificate", line(signToken(strange, claims, { x5u: "https://evil.test/" }))],
    ["a key that is not in the file", line(signToken(next, claims))],
    ["another's signature", line(`${head}.${encoded({ ...claims, sub: "root" })}.${signature}`)],
    ["another team's", by({ iss: "https://other.cloudflareaccess.com" })],
    ["another application's", by({ aud: ["f".repeat(64)] })],
    ["an expired one", by({ exp: now - 60 })],
    ["one that is not valid yet", by({ nbf: now + 600 })],
    ["one without an end", by({ exp: undefined })],
    ["a huge one", by({ groups: "x".repeat(9_000) })],
  ];
}

for (const form of FORMS) {
  describe(`a token of Cloudflare Access (${form})`, () => {
    let world: World;
    const start = { form, pki, mapping: accessMapping, files: { "access.json": keySet([key]) } };
    beforeAll(async () => {
      world = await startWorld(start);
    });
    afterAll(() => world.close());
    const statusesWith = async (token: string) =>
      statuses((await attempt(world, pki.shop, get(SHOP, line(token)))).text);
    const good = (signer = key) => signToken(signer, goodClaims(Math.floor(Date.now() / 1_000)));

    it("P88: of another team, another application or another time, or of nobody's making, is refused", async () => {
      for (const [what, lines] of wrongTokens()) {
        const ended = await attempt(world, pki.shop, get(SHOP, lines));
        expect([what, statuses(ended.text)]).toEqual([what, [403]]);
        expect(await refusalOf(world, ended)).toMatchObject({ reason: "token-not-accepted" });
      }
      expect(world.reached()).toEqual([]);
    });

    it("P88: never stands for the certificate, reaches the application where it was judged, and is in no log", async () => {
      const token = good();
      const right = get(SHOP, line(token)).replace("close", "close, Cf-Access-Jwt-Assertion");
      for (const peer of [null, pki.stranger])
        expect((await attempt(world, peer, right)).text).toBe("");
      expect(statuses((await attempt(world, pki.unlisted, right)).text)).toEqual([403]);
      expect(world.reached()).toEqual([]);
      expect(await statusesWith(token)).toEqual([200]);
      expect(JSON.stringify(world.reached())).toContain(token);
      const told = world.lines.filter(({ event }) => event !== "reached");
      expect(JSON.stringify(told)).not.toContain(token.slice(0, 40));
    });

    it("P89: is checked with the keys of the file, both during a rotation; a file that is none is never loaded", async () => {
      expect(await statusesWith(good(next))).toEqual([403]);
      await world.write("access.json", keySet([next, key]));
      expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
      for (const signer of [key, next]) expect(await statusesWith(good(signer))).toEqual([200]);
      await world.write("access.json", keySet([next]));
      expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
      for (const text of [
        "",
        "{}",
        keySet([]),
        keySet([mintAccessKey("weak", 1024)]),
        keySet([key, key]),
      ]) {
        await world.write("access.json", text);
        expect(await world.reload()).toMatchObject({ event: "reload-failed" });
        expect(await statusesWith(good(next))).toEqual([200]);
        expect(await statusesWith(good(key))).toEqual([403]);
      }
    });
  });

  it(`P88: is taken away where nobody asks for it (${form})`, async () => {
    const world = await startWorld({ form, pki });
    const lines = `${line("a.b.c")}Cf_Access_Jwt_Assertion: a.b.c\r\n`;
    expect(statuses((await attempt(world, pki.shop, get(SHOP, lines))).text)).toEqual([200]);
    expect(JSON.stringify(world.reached())).not.toContain("a.b.c");
    await world.close();
  });
}

it("P89: does not start without the keys that the mapping asks for, or with a private one among them", async () => {
  const jwk = { ...key.jwk, d: key.privateKey.export({ format: "jwk" }).d };
  const files = { "access.json": JSON.stringify({ keys: [jwk] }) };
  for (const more of [{}, { files }]) {
    const { code, stderr } = await refusedStart({ pki, mapping: accessMapping, ...more });
    expect(code).toBe(1);
    expect(stderr).toContain("/access.json: ");
  }
});

it("P75: does not start without the secret that the mapping asks for", async () => {
  const { code, stderr } = await refusedStart({ pki, mapping: secretMapping });
  expect(code).toBe(1);
  expect(stderr).toContain("accept.also.header[0]: PULL_SECRET: ");
});

it("P39: does not start without the file of ranges that the mapping names", async () => {
  const { code, stderr } = await refusedStart({ pki, mapping });
  expect(code).toBe(1);
  expect(stderr).toContain("/ranges.txt: ");
});
