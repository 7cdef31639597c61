import { afterEach, describe, expect, it } from "vitest";
import { mintCa, mintLeaf, type Minted } from "../support/certificates.ts";
import { mintCrl } from "../support/crls.ts";
import { NAMES } from "./support/odd-certificates.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import { attempt, get, refusalOf, statuses, TLS_VERSIONS } from "./support/pull.ts";
import { FORMS, refusedStart, startWorld, type World } from "./support/world.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const pki = makePki();
const second = mintCa({ subject: "own, the second" });
const intermediate = mintCa({ subject: "own, below", by: pki.issuer });

const leaf = (by: Minted, serial: string): Minted =>
  mintLeaf(by, { names: NAMES, serial: Buffer.from(serial, "hex") });
const good = leaf(pki.issuer, "51");
const revoked = leaf(pki.issuer, "52");
const ofSecond = leaf(second, "53");
const ofSecondRevoked = leaf(second, "54");
const below = leaf(intermediate, "55");
const all = [good, revoked, ofSecond, ofSecondRevoked, below];

const now = Date.now();
const crl = mintCrl(pki.issuer, { revoked: ["52"] });
const crlOfSecond = mintCrl(second, { revoked: ["54"] });
const crlOfIntermediate = mintCrl(intermediate);
const stale = mintCrl(pki.issuer, { thisUpdate: now - 9 * DAY, nextUpdate: now - HOUR });

const mapping = () =>
  mappingOf(pki, {
    issuers: { own: { certificates: "issuer.pem", crl: "issuer.crl" } },
    shop: { certificates: all.map(({ fingerprint }) => fingerprint) },
    blog: { certificates: "issued", names: ["blog.example.com"] },
  });

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World | null = null;
    afterEach(async () => {
      await world?.close();
      world = null;
    });
    const start = async (cas: readonly Minted[], ...crls: readonly string[]): Promise<World> => {
      const files = {
        "issuer.pem": cas.map(({ pem }) => pem).join(""),
        "issuer.crl": crls.join(""),
      };
      world = await startWorld({ form, pki, mapping, files });
      return world;
    };
    /** The reason at each name and in each version of TLS; `accepted` where there is none. */
    const ends = async (peer: Minted): Promise<readonly unknown[]> => {
      if (world === null) throw new Error("no world");
      const reasons = new Set<unknown>();
      for (const version of TLS_VERSIONS) {
        for (const servername of [SHOP, BLOG]) {
          const ended = await attempt(world, peer, get(servername), { version, servername });
          const [status] = statuses(ended.text);
          const refusal = status === 200 ? null : await refusalOf(world, ended);
          reasons.add(refusal === null ? "accepted" : refusal["reason"]);
        }
      }
      return [...reasons];
    };

    it("P17: refuses a revoked certificate, and accepts its sister", async () => {
      await start([pki.issuer], crl);
      expect(await ends(revoked)).toEqual(["certificate-revoked"]);
      expect(await ends(good)).toEqual(["accepted"]);
    });

    it("P17: reads every block of the file, which Node does not", async () => {
      await start([pki.issuer, second], crl, crlOfSecond);
      expect(await ends(ofSecondRevoked)).toEqual(["certificate-revoked"]);
      expect(await ends(ofSecond)).toEqual(["accepted"]);
      expect(await ends(revoked)).toEqual(["certificate-revoked"]);
    });

    it("P17: holds the older of two lists of one CA too: a revocation does not lapse", async () => {
      await start([pki.issuer], mintCrl(pki.issuer), crl);
      expect(await ends(revoked)).toEqual(["certificate-revoked"]);
    });

    it("P17: refuses whatever no list covers, once there is one", async () => {
      await start([pki.issuer, second], crl);
      expect(await ends(ofSecond)).toEqual(["revocation-unknown"]);
      expect(await ends(good)).toEqual(["accepted"]);
    });

    it("P17: refuses everything by a list that is stale, and still knows the revoked", async () => {
      await start([pki.issuer], stale);
      expect(await ends(good)).toEqual(["revocation-unknown"]);
      const staleToo = { thisUpdate: now - 9 * DAY, nextUpdate: now - HOUR, revoked: ["52"] };
      await world?.write("issuer.crl", mintCrl(pki.issuer, staleToo));
      await world?.reload();
      expect(await ends(revoked)).toEqual(["certificate-revoked"]);
    });

    it("P17: refuses what stands below a revoked intermediate", async () => {
      const serial = intermediate.certificate.serialNumber;
      const ofRoot = mintCrl(pki.issuer, { revoked: [serial] });
      await start([pki.issuer, intermediate], ofRoot, crlOfIntermediate);
      expect(await ends(below)).toEqual(["certificate-revoked"]);
      await world?.write("issuer.crl", crl + crlOfIntermediate);
      await world?.reload();
      expect(await ends(below)).toEqual(["accepted"]);
    });

    it("P18: warns at the start and at a reload of a list that ends within a week", async () => {
      const soon = mintCrl(pki.issuer, { nextUpdate: now + 6 * DAY });
      const late = mintCrl(pki.issuer, { nextUpdate: now + 8 * DAY });
      const { lines } = await start([pki.issuer], soon);
      const [first] = lines.filter(({ event }) => event === "trust-swapped");
      expect(first?.["warnings"]).toEqual([expect.stringContaining("issuer.crl")]);
      await world?.write("issuer.crl", late);
      expect(await world?.reload()).toMatchObject({ event: "trust-swapped", warnings: [] });
      await world?.write("issuer.crl", stale);
      expect(await world?.reload()).toMatchObject({
        event: "trust-swapped",
        warnings: [expect.stringContaining("issuer.crl")],
      });
    });
  });
}

describe("the verifier as proxy", () => {
  const FILES: Readonly<Record<string, string>> = {
    "of another issuer": mintCrl(pki.strangerIssuer),
    "in the issuer's name and not by its key": mintCrl(mintCa({ subject: "own" })),
    "that is empty": "",
    "that is cut": crl.slice(0, -40),
    "with a corrupt second block": crl + crl.replace("\nM", "\nA"),
    "with a certificate in it": crl + pki.issuer.pem,
    "from the future": mintCrl(pki.issuer, { thisUpdate: now + DAY, nextUpdate: now + 2 * DAY }),
    "without an end": mintCrl(pki.issuer, { nextUpdate: null }),
  };
  for (const [what, text] of Object.entries(FILES)) {
    it(`P17: does not start with a revocation list ${what}`, async () => {
      const { code, stderr } = await refusedStart({ pki, mapping, files: { "issuer.crl": text } });
      expect(code).toBe(1);
      expect(stderr).toContain("/issuer.crl: ");
    });
  }

  it("P17: does not start without the revocation list that the mapping names", async () => {
    const { code, stderr } = await refusedStart({ pki, mapping });
    expect(code).toBe(1);
    expect(stderr).toContain("/issuer.crl: ");
  });
});
