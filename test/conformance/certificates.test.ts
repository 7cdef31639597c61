import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mintCa, mintLeaf } from "../support/certificates.ts";
import { freshKeys } from "../support/keys.ts";
import { NAMES, oddCertificates } from "./support/odd-certificates.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import { attempt, get, refusalOf, statuses, TLS_VERSIONS } from "./support/pull.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const rsa = mintCa({ subject: "own, RSA", keys: freshKeys("rsa-2048") });
const odds = oddCertificates({ ec: pki.issuer, rsa, other: pki.otherIssuer });
const GOOD = {
  "P-256": mintLeaf(pki.issuer, { names: NAMES }),
  "P-384": mintLeaf(pki.issuer, { names: NAMES, keys: freshKeys("secp384r1") }),
  Ed25519: mintLeaf(pki.issuer, { names: NAMES, keys: freshKeys("ed25519") }),
  "RSA with 2048 bits": mintLeaf(rsa, { names: NAMES, keys: freshKeys("rsa-2048") }),
};

for (const form of FORMS) {
  // The fingerprint of each is listed at shop; at blog the issuer's signature and the name decide. All have the name.
  describe(`the verifier ${form}`, () => {
    let world: World;
    beforeAll(async () => {
      const listed = [...odds.map(({ peer }) => peer), ...Object.values(GOOD)];
      const accepted = {
        shop: { certificates: listed.map(({ fingerprint }) => fingerprint) },
        blog: { certificates: "issued", names: ["blog.example.com"] },
      } as const;
      const files = { "issuer.pem": `${pki.issuer.pem}${rsa.pem}` };
      world = await startWorld({ form, pki, files, mapping: () => mappingOf(pki, accepted) });
    });
    afterAll(() => world.close());

    for (const [key, peer] of Object.entries(GOOD)) {
      it(`P12: accepts a good certificate of ${key}, listed and issued`, async () => {
        for (const version of TLS_VERSIONS) {
          for (const servername of [SHOP, BLOG]) {
            const { text } = await attempt(world, peer, get(servername), { version, servername });
            expect(statuses(text)).toEqual([200]);
            expect(world.reached().at(-1)?.headers).toMatchObject({
              host: servername,
              "x-pull-fingerprint": peer.fingerprint,
              "x-pull-verdict": "accepted",
            });
          }
        }
      });
    }

    for (const { promise, what, peer, reasons } of odds) {
      it(`${promise}: refuses a certificate ${what}, though listed, and though issued`, async () => {
        const before = world.reached().length;
        for (const version of TLS_VERSIONS) {
          for (const servername of [SHOP, BLOG]) {
            const ended = await attempt(world, peer, get(servername), { version, servername });
            const { event, reason, detail, status } = await refusalOf(world, ended);
            expect(reasons).toContain(reason ?? event);
            expect(detail).not.toMatch(/^(?:UNSPECIFIED)?$/);
            // An outsider hears nothing; whoever the issuer knows hears a status.
            expect(statuses(ended.text)).toEqual(status === 403 ? [403] : []);
          }
        }
        expect(world.reached()).toHaveLength(before);
      });
    }
  });
}
