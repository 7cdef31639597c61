import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  attempt,
  BLOG,
  dial,
  exchange,
  SHOP,
  startVerifierWorld,
  statusOf,
  type VerifierWorld,
} from "../support/verifier-world.ts";

const get = (host: string, more = ""): string =>
  `GET /page HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
const last = "Connection: close\r\n";

for (const inProcess of [false, true]) {
  describe(inProcess ? "in process" : "as proxy", () => {
    let world: VerifierWorld;
    beforeAll(async () => {
      world = await startVerifierWorld({ inProcess });
    });
    afterAll(() => world.close());

    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const only = { minVersion: version, maxVersion: version } as const;

      it(`gives no answer to a peer without a certificate (${version})`, async () => {
        const text = await attempt(world, null, only, get(SHOP));
        expect(text).toBe("");
        expect(await world.nextRefusal()).toMatchObject({
          reason: "no-certificate",
          status: null,
          tlsVersion: version,
        });
      });

      it(`gives no answer to a certificate of another issuer (${version})`, async () => {
        const text = await attempt(world, world.pki.stranger, only, get(SHOP));
        expect(text).toBe("");
        expect(await world.nextRefusal()).toMatchObject({
          reason: "unknown-issuer",
          status: null,
          fingerprint: world.pki.stranger.fingerprint,
        });
      });

      it(`refuses blog's certificate on shop with a status and an id (${version})`, async () => {
        const text = await attempt(world, world.pki.blog, only, get(SHOP));
        expect(statusOf(text)).toBe(403);
        const refusal = await world.nextRefusal();
        expect(refusal).toMatchObject({ reason: "certificate-not-accepted", originHostname: SHOP });
        expect(text).toContain(`Pull-Refusal: ${refusal.id}\r\n`);
      });

      it(`refuses a certificate of the mapping's other issuer (${version})`, async () => {
        const text = await attempt(world, world.pki.other, only, get(SHOP));
        expect(statusOf(text)).toBe(403);
        expect(await world.nextRefusal()).toMatchObject({ reason: "wrong-issuer" });
      });

      it(`refuses Host blog under SNI shop (${version})`, async () => {
        const text = await attempt(world, world.pki.shop, only, get(BLOG));
        expect(statusOf(text)).toBe(421);
        expect(await world.nextRefusal()).toMatchObject({ reason: "misdirected", status: 421 });
      });

      it(`accepts shop's certificate on shop (${version})`, async () => {
        const text = await attempt(world, world.pki.shop, only, get(SHOP, last));
        expect(statusOf(text)).toBe(200);
        expect(world.reached.at(-1)?.headers).toMatchObject({
          host: SHOP,
          "x-pull-hostname": "shop.example.com",
          "x-pull-fingerprint": world.pki.shop.fingerprint,
          "x-pull-verdict": "accepted",
        });
      });
    }

    it("judges the second request of a connection like the first", async () => {
      const socket = await dial(world, world.pki.shop);
      const before = world.reached.length;
      const text = await exchange(socket, get(SHOP) + get(BLOG) + get(SHOP));
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 421"]);
      expect(world.reached.length).toBe(before + 1);
      expect(await world.nextRefusal()).toMatchObject({ reason: "misdirected" });
    });

    it("answers an unknown name, and none, with an alert", async () => {
      await expect(
        dial(world, world.pki.shop, { servername: "unknown.example.net" }),
      ).rejects.toThrow(/alert/i);
      await expect(dial(world, world.pki.shop, { servername: "" })).rejects.toThrow(/alert/i);
    });
  });
}
