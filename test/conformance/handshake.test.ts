import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_OPENSSL, sClient, startSClient } from "./support/openssl.ts";
import { makePki, SHOP } from "./support/pki.ts";
import {
  attempt,
  get,
  refusalAfter,
  refusalOf,
  statuses,
  TLS_VERSIONS,
  type DialOptions,
} from "./support/pull.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    let certificate: readonly string[];
    beforeAll(async () => {
      world = await startWorld({ form, pki });
      await world.write("peer.pem", pki.shop.pem);
      await world.write("peer.key", pki.shop.keyPem);
      const { folder } = world;
      certificate = ["-cert", `${folder}/peer.pem`, "-key", `${folder}/peer.key`];
    });
    afterAll(() => world.close());

    const ANY = "DEFAULT:@SECLEVEL=0";
    const REFUSED: Readonly<Record<string, { options: DialOptions; detail: string }>> = {
      "TLS 1.1": {
        options: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: ANY },
        detail: "ERR_SSL_UNSUPPORTED_PROTOCOL",
      },
      "a suite without forward secrecy": {
        options: { version: "TLSv1.2", ciphers: "AES128-GCM-SHA256:AES128-SHA:@SECLEVEL=0" },
        detail: "ERR_SSL_NO_SHARED_CIPHER",
      },
      "a suite without AEAD": {
        options: {
          version: "TLSv1.2",
          ciphers: "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
        },
        detail: "ERR_SSL_NO_SHARED_CIPHER",
      },
      "finite-field Diffie-Hellman": {
        options: { version: "TLSv1.2", ciphers: "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0" },
        detail: "ERR_SSL_NO_SHARED_CIPHER",
      },
      "a handshake signed with SHA-224": {
        options: { version: "TLSv1.2", sigalgs: "ECDSA+SHA224" },
        detail: "ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS",
      },
      "HTTP/2 alone": {
        options: { ALPNProtocols: ["h2"] },
        detail: "ERR_SSL_NO_APPLICATION_PROTOCOL",
      },
    };
    for (const [what, { options, detail }] of Object.entries(REFUSED)) {
      it(`P6: ends in an alert for ${what}`, async () => {
        const ended = await attempt(world, pki.shop, get(SHOP), options);
        expect(ended.text).toBe("");
        expect(ended.error).toMatch(/ALERT/);
        expect(await refusalOf(world, ended)).toMatchObject({ event: "handshake-failed", detail });
      });
    }

    it.skipIf(NO_OPENSSL)("P6: does not renegotiate", async () => {
      const args = ["-tls1_2", "-servername", SHOP, ...certificate];
      const running = startSClient(world.port, args);
      await waitFor("the handshake", () => running.output().includes("Secure Renegotiation IS"));
      running.write("R\n");
      const { output } = await running.ended;
      expect(output).toContain("RENEGOTIATING");
      expect(output).toMatch(/no renegotiation/i);
      // Whatever became of that connection, the next is served.
      expect(statuses((await attempt(world, pki.shop, get(SHOP))).text)).toEqual([200]);
    });

    for (const version of TLS_VERSIONS) {
      it(`P7: answers a name of nobody's, no name, and what is no name with an alert (${version})`, async () => {
        const NAMES: Readonly<Record<string, string | null>> = {
          "unknown.example.net": "unknown.example.net",
          "sub.origin-shop.example.net": "sub.origin-shop.example.net",
          "shop.example.com": "shop.example.com",
          "": null,
          "not_a-name!": null,
          "-.example.net": null,
        };
        for (const [servername, originHostname] of Object.entries(NAMES)) {
          const ended = await attempt(world, pki.shop, get(SHOP), { version, servername });
          expect(ended.text).toBe("");
          expect(ended.error).toMatch(/ALERT_HANDSHAKE_FAILURE/);
          expect(await refusalOf(world, ended)).toMatchObject({
            event: "handshake-failed",
            originHostname,
            detail: expect.stringMatching(/no hostname|no origin hostname/) as unknown,
          });
        }
      });

      it.skipIf(NO_OPENSSL)(
        `P7: takes a name in any case, with a dot behind it (${version})`,
        async () => {
          const flag = version === "TLSv1.2" ? "-tls1_2" : "-tls1_3";
          for (const name of ["Origin-SHOP.example.NET", `${SHOP}.`]) {
            const { output } = await sClient(
              world.port,
              [flag, "-servername", name, ...certificate],
              get(SHOP),
            );
            expect(statuses(output)).toEqual([200]);
          }
          const from = world.lines.length;
          const { output } = await sClient(
            world.port,
            [flag, "-servername", "Origin-BLOG.example.NET.", ...certificate],
            get(SHOP),
          );
          expect(statuses(output)).toEqual([421]);
          expect(await refusalAfter(world, from)).toMatchObject({
            reason: "misdirected",
            originHostname: "origin-blog.example.net",
          });
        },
      );
    }
  });
}
