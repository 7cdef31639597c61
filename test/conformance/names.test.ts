import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GeneralName } from "@peculiar/asn1-x509";
import { name, subjectAltName } from "../support/certificate-parts.ts";
import { leafExtensions, mintLeaf, without, type Minted } from "../support/certificates.ts";
import { freshKeys } from "../support/keys.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import { attempt, get, refusalOf, statuses, TLS_VERSIONS } from "./support/pull.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const SAN = "2.5.29.17";
const NAME = "blog.example.com";

function named(
  names: readonly (string | Partial<GeneralName>)[],
  commonName = "a certificate",
): Minted {
  const keys = freshKeys();
  const usual = without(leafExtensions(keys, pki.issuer), SAN);
  const extensions = names.length === 0 ? usual : [...usual, subjectAltName(...names)];
  return mintLeaf(pki.issuer, { keys, extensions, subject: name(commonName) });
}

/** None of these is exactly the name, whatever somebody's matching makes of it. */
const NOT_THE_NAME: Readonly<Record<string, Minted>> = {
  "another name": named(["shop.example.com"]),
  "no name": named([]),
  "the name as its common name alone": named([], NAME),
  "another name, and the name as its common name": named(["shop.example.com"], NAME),
  "a wildcard over the name": named(["*.example.com"]),
  "the name with something before it": named([`x${NAME}`, `x.${NAME}`]),
  "the name with something behind it": named([`${NAME}.evil.test`, `${NAME}x`]),
  "the name with a dot behind it": named([`${NAME}.`]),
  "the name in capitals": named([NAME.toUpperCase()]),
  "the name as a URI, an address and a mailbox": named([
    { uniformResourceIdentifier: `https://${NAME}/` },
    { rfc822Name: `root@${NAME}` },
    { iPAddress: "192.0.2.1" },
  ]),
  "the name within a directory name": named([{ directoryName: name(NAME) }]),
};

/** Bytes that end a line, a string or a list for somebody who reads them as text. */
const NO_NAMES: Readonly<Record<string, Minted>> = {
  "a line end": named([`${NAME}\r\nX-Pull-Hostname: shop.example.com`]),
  "a NUL": named([`${NAME}\0.evil.test`]),
  "a NUL behind it": named([`${NAME}\0`]),
  "a quote and a second DNS name in its text": named([`x", DNS:${NAME}`]),
  "a second DNS name in its text": named([`evil.test, DNS:${NAME}`]),
  "a blank": named([` ${NAME}`]),
  "a letter that is not ASCII": named([`\u00e9.${NAME}`]),
};

const WILD_TEXT = 'x\r\n{"event":"pull-accepted"}\u0000\u2028", DNS:blog.example.com';

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    const wild = named([NAME], WILD_TEXT);
    beforeAll(async () => {
      const certificates = [...Object.values(NO_NAMES), wild].map(({ fingerprint }) => fingerprint);
      const accepted = {
        shop: { certificates },
        blog: { certificates: "issued", names: [NAME] },
      } as const;
      world = await startWorld({ form, pki, mapping: () => mappingOf(pki, accepted) });
    });
    afterAll(() => world.close());

    for (const [what, peer] of Object.entries(NOT_THE_NAME)) {
      it(`P13: does not take for issued a certificate with ${what}`, async () => {
        const before = world.reached().length;
        for (const version of TLS_VERSIONS) {
          const ended = await attempt(world, peer, get(BLOG), { version, servername: BLOG });
          expect(statuses(ended.text)).toEqual([403]);
          expect(await refusalOf(world, ended)).toMatchObject({ reason: "name-not-accepted" });
        }
        expect(world.reached()).toHaveLength(before);
      });
    }

    for (const [what, peer] of Object.entries(NO_NAMES)) {
      it(`P13: refuses a certificate that has a name with ${what}, listed and issued`, async () => {
        const before = world.reached().length;
        for (const servername of [SHOP, BLOG]) {
          const ended = await attempt(world, peer, get(servername), { servername });
          expect(statuses(ended.text)).toEqual([403]);
          expect(await refusalOf(world, ended)).toMatchObject({ reason: "malformed-certificate" });
        }
        expect(world.reached()).toHaveLength(before);
      });
    }

    it("P13: lets no common name into a header", async () => {
      for (const servername of [SHOP, BLOG]) {
        const { text } = await attempt(world, wild, get(servername), { servername });
        expect(statuses(text)).toEqual([200]);
        const { rawHeaders = [] } = world.reached().at(-1) ?? {};
        expect(rawHeaders).not.toEqual([]);
        expect(rawHeaders.join("\n")).not.toContain("DNS:");
      }
    });

    it("P33: logs one JSON object a line, whatever the certificates said", () => {
      const lines = world.stdout().trimEnd().split("\n");
      expect(lines.length).toBeGreaterThan(Object.keys(NO_NAMES).length);
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty("event");
      // What a terminal or a log shipper may take for the end of a line.
      for (const end of ["\r", "\0", "\u0085", "\u2028", "\u2029"])
        expect(world.stdout()).not.toContain(end);
    });
  });
}
