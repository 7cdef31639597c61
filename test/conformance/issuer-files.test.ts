import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mintCa, mintLeaf } from "../support/certificates.ts";
import { keysOf } from "../support/keys.ts";
import { oddIssuerFiles } from "./support/odd-issuer-files.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import type { ProcessUnderTest } from "./support/process-under-test.ts";
import { attempt, get, refusalOf, statuses } from "./support/pull.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, refusedStart, startWorld, type World, type WorldOptions } from "./support/world.ts";

const pki = makePki();
const odds = oddIssuerFiles(pki.issuer);

// Listed, so that nothing but the issuer stands between the stranger and the application.
const strangerListed = () => mappingOf(pki, { shop: { certificates: [pki.stranger.fingerprint] } });
const WAYS: Readonly<Record<string, { nodeOptions: string[]; variable: string }>> = {
  NODE_EXTRA_CA_CERTS: { nodeOptions: [], variable: "NODE_EXTRA_CA_CERTS" },
  "--use-openssl-ca and SSL_CERT_FILE": {
    nodeOptions: ["--use-openssl-ca"],
    variable: "SSL_CERT_FILE",
  },
};

const shared = { shared: true, certificates: "other.pem" };
/** A mapping that calls the test's other CA Cloudflare's shared one. */
function sharedMapping(issuers: object = {}, accept: object = { alone: true }) {
  const mapping = mappingOf(pki, { issuers: { other: shared, ...issuers } });
  return {
    ...mapping,
    hosts: {
      ...mapping.hosts,
      "shop.example.com": {
        origin: `https://${SHOP}`,
        present: { by: "edge", level: "shared" },
        accept: { issuer: "other", certificates: "issued", ...accept },
      },
    },
  };
}
const { fingerprint: wished } = pki.otherIssuer;
/** What might be hoped to change which CA is known. */
const TALKING: Readonly<
  Record<string, Pick<WorldOptions, "environment" | "nodeOptions" | "files">>
> = {
  "whatever it is called": {},
  "whatever the environment says": {
    environment: { SHARED_ISSUER: wished, PULLPROOF_SHARED_ISSUER: wished },
  },
  "though Node trusts it": { nodeOptions: ["--use-openssl-ca"] },
};

function reloadAtOnce(under: ProcessUnderTest): void {
  const first = under.line("the first trust", ({ event }) => event === "trust-swapped");
  void first.then(() => under.signal("SIGHUP"));
}

interface FileProblem {
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

describe("the verifier as proxy", () => {
  for (const { what, text, problems } of odds) {
    it(`P14: does not start with an issuer file ${what}`, async () => {
      const { code, stderr } = await refusedStart({ pki, files: { "issuer.pem": text } });
      expect(code).toBe(1);
      expect(stderr.split("\n").filter((line) => line.includes("/issuer.pem: "))).toHaveLength(
        problems,
      );
      expect(stderr).toMatch(/^next: /m);
    });
  }

  it("P14: names every problem of every file at once", async () => {
    const files = {
      "issuer.pem": "",
      "other.pem": mintCa({ notAfter: Date.now() - 1_000 }).pem,
      [`${SHOP}.key`]: "no key",
      [`${BLOG}.pem`]: pki.origins[SHOP]?.pem ?? "",
    };
    const { code, stderr } = await refusedStart({ pki, files });
    expect(code).toBe(1);
    for (const file of Object.keys(files)) expect(stderr).toContain(`/${file}: `);
  });

  it("P15: does a reload that is asked for during the start after it", async () => {
    const world = await startWorld({ pki, onStart: reloadAtOnce });
    const generations = await waitFor("the second trust", () => {
      const swaps = world.lines.filter(({ event }) => event === "trust-swapped");
      return swaps.length > 1 && swaps.map(({ generation }) => generation);
    });
    expect(generations).toEqual([1, 2]);
    await world.close();
  });

  for (const [what, more] of Object.entries(TALKING)) {
    it(`P24: takes no other CA for Cloudflare's shared one, ${what}`, async () => {
      const { code, stderr } = await refusedStart({ pki, mapping: () => sharedMapping(), ...more });
      expect(code).toBe(1);
      expect(stderr).toContain("/other.pem: certificates[0]: ");
    });
  }

  it("P24: takes no fingerprint of it from the mapping", async () => {
    for (const key of ["fingerprint", "sha256", "known"]) {
      const other = { ...shared, [key]: pki.otherIssuer.fingerprint };
      const mapping = () => sharedMapping({ other });
      const { code, stderr } = await refusedStart({ pki, mapping });
      expect(code).toBe(1);
      expect(stderr).toContain(`issuers.other.${key}: `);
    }
  });

  it("P24: does not take it for the only guard, where the mapping does not say so", async () => {
    const { code, stderr } = await refusedStart({ pki, mapping: () => sharedMapping({}, {}) });
    expect(code).toBe(1);
    expect(stderr).toContain('hosts["shop.example.com"].accept.alone: ');
  });

  it("P14: does not start without an issuer file", async () => {
    const mapping = () => mappingOf(pki, { issuers: { own: { certificates: "nowhere.pem" } } });
    const { code, stderr } = await refusedStart({ pki, mapping });
    expect(code).toBe(1);
    expect(stderr).toContain("/nowhere.pem: ");
  });
});

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ form, pki });
    });
    afterAll(() => world.close());
    afterEach(async () => {
      await world.write("issuer.pem", pki.issuer.pem);
      await world.writeMapping(mappingOf(pki));
    });
    const isStillServed = async () => {
      expect(statuses((await attempt(world, pki.shop, get(SHOP))).text)).toEqual([200]);
      const ended = await attempt(world, pki.stranger, get(SHOP));
      expect(ended.text).toBe("");
      expect(await refusalOf(world, ended)).toMatchObject({ reason: "unknown-issuer" });
    };

    for (const { what, text, problems } of odds) {
      it(`P15: keeps the old trust at a reload with an issuer file ${what}`, async () => {
        await world.write("issuer.pem", text);
        const failed = await world.reload();
        expect(failed).toMatchObject({ event: "reload-failed", generation: 1 });
        const found = failed["problems"] as readonly FileProblem[];
        expect(found.map(({ file }) => file.split("/").at(-1))).toEqual(
          Array.from({ length: problems }, () => "issuer.pem"),
        );
        for (const { message } of found) expect(message).not.toBe("");
        await isStillServed();
      });
    }

    it("P15: keeps the old trust at a reload with a mapping that is wrong twice", async () => {
      const mapping = mappingOf(pki, {
        shop: { certificates: ["sha256:00"] },
        blog: { certificates: [] },
      });
      await world.writeMapping(mapping);
      const failed = await world.reload();
      expect(failed).toMatchObject({ event: "reload-failed", generation: 1 });
      const places = (failed["problems"] as readonly FileProblem[]).map(({ path }) => path);
      expect(places).toEqual([
        'hosts["shop.example.com"].accept.certificates[0]',
        'hosts["blog.example.com"].accept.certificates',
      ]);
      await isStillServed();
    });

    for (const kind of ["rsa-1024", "secp256k1"] as const) {
      it(`P15: keeps the old trust at a reload with an origin certificate of ${kind}, with which no handshake ends`, async () => {
        const keys = keysOf(kind);
        const { pem, keyPem } = mintLeaf(pki.originIssuer, { keys, names: [SHOP] });
        const { pem: goodPem = "", keyPem: goodKey = "" } = pki.origins[SHOP] ?? {};
        await world.write(`${SHOP}.pem`, pem);
        await world.write(`${SHOP}.key`, keyPem);
        const failed = await world.reload();
        await world.write(`${SHOP}.pem`, goodPem);
        await world.write(`${SHOP}.key`, goodKey);
        expect(failed).toMatchObject({ event: "reload-failed", generation: 1 });
        const [problem] = failed["problems"] as readonly FileProblem[];
        expect(problem?.file).toMatch(/origin-shop\.example\.net\.pem$/);
        await isStillServed();
      });
    }

    it("P15: keeps the old trust at a reload in the middle of a write", async () => {
      await world.write("mapping.json", JSON.stringify(mappingOf(pki)).slice(0, -9));
      expect(await world.reload()).toMatchObject({ event: "reload-failed", generation: 1 });
      await isStillServed();
    });

    it("P15: takes the new trust as soon as the files are whole again", async () => {
      expect(await world.reload()).toMatchObject({ event: "trust-swapped", generation: 2 });
      await isStillServed();
    });
  });

  describe(`the verifier ${form}, where Node is given the stranger's CA`, () => {
    let world: World | null = null;
    let folder: string;
    let extra: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "pullproof-extra-"));
      extra = join(folder, "extra.pem");
      await writeFile(extra, pki.strangerIssuer.pem);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    afterEach(async () => {
      await world?.close();
      world = null;
    });

    for (const [way, { nodeOptions, variable }] of Object.entries(WAYS)) {
      it(`P16: trusts nobody but the issuer of the entry (${way})`, async () => {
        const environment = { [variable]: extra };
        world = await startWorld({ form, pki, mapping: strangerListed, nodeOptions, environment });
        const ended = await attempt(world, pki.stranger, get(SHOP));
        expect(ended.text).toBe("");
        expect(await refusalOf(world, ended)).toMatchObject({ reason: "unknown-issuer" });
        expect(world.reached()).toEqual([]);
      });
    }
  });
}
