import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
