import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EKU, extendedKeyUsage } from "../support/certificate-parts.ts";
import { leafExtensions, mintCa, mintLeaf, without, type Minted } from "../support/certificates.ts";
import { freshKeys, keysOf } from "../support/keys.ts";
import { NO_OPENSSL, sClient } from "./support/openssl.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import {
  attempt,
  get,
  peerOptions,
  refusalOf,
  statuses,
  TLS_VERSIONS,
  type DialOptions,
} from "./support/pull.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const keys = freshKeys();
const forServers = without(
  leafExtensions(keys, pki.issuer),
  "2.5.29.37",
  extendedKeyUsage(EKU.serverAuth),
);

interface Refused {
  readonly peer: Minted | null;
  readonly host: string;
  readonly reason: string;
  readonly status: 403 | 421;
}

/** Whoever is nobody to the mapping. */
const OUTSIDERS: Readonly<Record<string, Refused>> = {
  "without a certificate": { peer: null, host: SHOP, reason: "no-certificate", status: 403 },
  "of a stranger's issuer": {
    peer: pki.stranger,
    host: SHOP,
    reason: "unknown-issuer",
    status: 403,
  },
};

/** Whoever an issuer of the mapping knows. */
const KNOWN: Readonly<Record<string, Refused>> = {
  "in nobody's list": {
    peer: pki.unlisted,
    host: SHOP,
    reason: "certificate-not-accepted",
    status: 403,
  },
  "with blog's certificate": {
    peer: pki.blog,
    host: SHOP,
    reason: "certificate-not-accepted",
    status: 403,
  },
  "of the other issuer": { peer: pki.other, host: SHOP, reason: "wrong-issuer", status: 403 },
  "that has expired": {
    peer: mintLeaf(pki.issuer, { notAfter: Date.now() - 2_000 }),
    host: SHOP,
    reason: "certificate-expired",
    status: 403,
  },
  "for servers": {
    peer: mintLeaf(pki.issuer, { keys, extensions: forServers }),
    host: SHOP,
    reason: "not-for-client-auth",
    status: 403,
  },
  "with a weak key": {
    peer: mintLeaf(pki.issuer, { keys: keysOf("rsa-1024") }),
    host: SHOP,
    reason: "weak-key",
    status: 403,
  },
  "that asks for another hostname": {
    peer: pki.shop,
    host: BLOG,
    reason: "misdirected",
    status: 421,
  },
};

const ID = /^Pull-Refusal: ([A-Za-z0-9_-]{8,64})$/m;
const ANSWER = /^HTTP\/1\.1 (?:403 Forbidden|421 Misdirected Request)$/;
const HEADERS = ["cache-control", "connection", "content-length", "date", "pull-refusal"];

for (const form of FORMS) {
  for (const refuse of ["silence", "status", "always-silent"] as const) {
    describe(`the verifier ${form} with --refuse ${refuse}`, () => {
      let world: World;
      beforeAll(async () => {
        world = await startWorld({ form, pki, refuse });
      });
      afterAll(() => world.close());
      const refused = async ({ peer, host, reason }: Refused, options: DialOptions) => {
        const ended = await attempt(world, peer, get(host), options);
        const line = await refusalOf(world, ended);
        expect(line).toMatchObject({ event: "pull-refused", reason, originHostname: SHOP });
        return { text: ended.text, line };
      };

      for (const version of TLS_VERSIONS) {
        const silent =
          refuse === "silence" ? OUTSIDERS : refuse === "status" ? {} : { ...OUTSIDERS, ...KNOWN };
        const answered =
          refuse === "silence" ? KNOWN : refuse === "status" ? { ...OUTSIDERS, ...KNOWN } : {};
        const promise = { silence: "P29", status: "P30", "always-silent": "P31" }[refuse];

        for (const [who, attack] of Object.entries(silent)) {
          it(`${promise}: sends a peer ${who} not one byte (${version})`, async () => {
            const { text, line } = await refused(attack, { version });
            expect(text).toBe("");
            expect(line["status"]).toBeNull();
          });
        }

        for (const [who, attack] of Object.entries(answered)) {
          it(`${promise}: sends a peer ${who} a status and an id, and no more (${version})`, async () => {
            const { text, line } = await refused(attack, { version });
            expect(statuses(text)).toEqual([attack.status]);
            const [head = "", body] = text.split("\r\n\r\n");
            expect(body).toBe("");
            const [first, ...lines] = head.split("\r\n");
            expect(first).toMatch(ANSWER);
            const names = lines.map((header) => header.split(":")[0]?.toLowerCase());
            expect(HEADERS).toEqual(expect.arrayContaining(names));
            expect(new Set(names).size).toBe(names.length);
            expect(line).toMatchObject({ status: attack.status, id: ID.exec(head)?.[1] });
          });
        }

        it(`${promise}: goes on to serve whom it accepts (${version})`, async () => {
          const { text } = await attempt(world, pki.shop, get(SHOP), { version });
          expect(statuses(text)).toEqual([200]);
          expect(text).not.toContain("Pull-Refusal");
        });
      }

      it("P32: gives each refusal an id of its own", () => {
        const ids = world.lines.filter(({ event }) => event === "pull-refused").map(({ id }) => id);
        expect(ids.length).toBeGreaterThan(15);
        expect(new Set(ids).size).toBe(ids.length);
      });

      it("P32: lets nothing that was refused reach the application", () => {
        expect(world.reached().map(({ url }) => url)).toEqual(["/page", "/page"]);
      });
    });
  }

  describe(`the verifier ${form}, in its log`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ form, pki, mapping: () => mappingOf(pki) });
    });
    afterAll(() => world.close());

    it("P34: says who, what, whence and why of a refused pull, on one line", async () => {
      for (const version of TLS_VERSIONS) {
        const asked = get(SHOP, "X-Forwarded-Host: shop.example.com\r\n");
        const ended = await attempt(world, pki.unlisted, asked, { version });
        expect(await refusalOf(world, ended)).toMatchObject({
          event: "pull-refused",
          reason: "certificate-not-accepted",
          detail: expect.stringContaining(pki.unlisted.fingerprint) as unknown,
          status: 403,
          hostname: "shop.example.com",
          originHostname: SHOP,
          fingerprint: pki.unlisted.fingerprint,
          remoteAddress: "127.0.0.1",
          remotePort: ended.localPort,
          tlsVersion: version,
        });
      }
    });

    const WEAK = mintCa({ subject: "weak", keys: keysOf("rsa-1024") });
    const STRANGERS: Readonly<Record<string, Minted>> = {
      "a chain that leads nowhere": pki.stranger,
      "a CA and a key that are too weak": mintLeaf(WEAK, { keys: keysOf("rsa-1024") }),
      "a purpose that does not fit": mintLeaf(pki.strangerIssuer, { keys, extensions: forServers }),
    };
    for (const [what, peer] of Object.entries(STRANGERS)) {
      it(`P34: has the engine's own words for a stranger with ${what}`, async () => {
        const { detail } = await refusalOf(world, await attempt(world, peer, get(SHOP)));
        expect(detail).toMatch(/[a-z]+ [a-z]+/);
        expect(detail).not.toMatch(/^UNSPECIFIED/);
      });
    }

    it("P34: has the address of a peer that reset its connection", async () => {
      const ports: number[] = [];
      for (let n = 0; n < 10; n += 1) {
        const tcp = connectTcp(world.port, "127.0.0.1");
        const tls = connectTls({ ...peerOptions(world.port, pki.unlisted), socket: tcp });
        tls.on("error", () => {});
        await new Promise((done) => {
          tls.once("secureConnect", done);
        });
        ports.push(tcp.localPort ?? 0);
        tls.write(get(SHOP));
        tcp.resetAndDestroy();
      }
      for (const localPort of ports) {
        const line = await refusalOf(world, { localPort });
        expect(line).toMatchObject({ remoteAddress: "127.0.0.1", remotePort: localPort });
      }
    });

    it.skipIf(NO_OPENSSL)(
      "P33: stays one JSON object a line, whatever bytes a peer sends",
      async () => {
        const line = '\r\n{"event":"pull-accepted","forged":true}\r\n';
        for (const name of [`a${line}`, "a\u2028b", "a\u0085b\u0000", '","forged":"'])
          await sClient(world.port, ["-servername", name.replaceAll("\0", "")], get(SHOP));
        const odd = [
          get(SHOP, `X-Forwarded-Host: a\u2028b\r\n`),
          get(SHOP, `X-Forwarded-Host: {"forged":true}\r\n`),
          get(`${SHOP}\u0085`),
          get(SHOP, "", `/\u2028${encodeURIComponent(line)}`),
          `{"forged":true} / HTTP/1.1\r\nHost: ${SHOP}\r\n\r\n`,
          `GET / HTTP/1.1\r\nHost: ${SHOP}\r\nX: \0\r\n\r\n`,
          line,
        ];
        for (const bytes of odd) {
          const ended = await attempt(world, pki.shop, Buffer.from(bytes).toString("latin1"));
          expect(statuses(ended.text)).not.toContain(500);
        }
        await refusalOf(world, await attempt(world, null, get(SHOP)));
        const lines = world.stdout().split("\n").slice(0, -1);
        for (const text of lines) {
          const parsed = JSON.parse(text) as Record<string, unknown>;
          expect(parsed).toHaveProperty("event");
          expect(parsed).not.toHaveProperty("forged");
        }
        for (const end of ["\r", "\0", "\u0085", "\u2028", "\u2029"])
          expect(world.stdout()).not.toContain(end);
      },
    );
  });
}
