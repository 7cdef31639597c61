import type { ConnectionOptions } from "node:tls";
import { describe, expect, it } from "vitest";
import { listAttempts } from "../../../cli/local-world/attempts.ts";
import { runAttempts } from "../../../cli/local-world/run-attempts.ts";
import { BLOG_ORIGIN, SHOP, SHOP_ORIGIN } from "../support/names.ts";
import { plaintextPorts, type PairWorld } from "../support/pair-world.ts";
import { askInTheClear, askStraight } from "../support/straight.ts";
import { visit } from "../support/visit.ts";

/** What is refused, at the Worker and straight at the origin: everything but the one pull that the mapping names. */
export function refusals(pair: PairWorld): void {
  describe("at the Worker, what is not mapped is answered 421 and never pulled", () => {
    it.each([
      "unmapped.example.com",
      "a.shop.example.com",
      "origin-shop.example.net",
      "127.0.0.1",
      "under_score.example.com",
    ])("%s", async (hostname) => {
      const pulls = pair.world.verifierEvents.events.length;
      const { status, body } = await visit(pair.world, hostname, "/");
      expect({ status, body }).toEqual({ status: 421, body: "421 Misdirected Request\n" });
      expect(pair.world.verifierEvents.events).toHaveLength(pulls);
      expect(pair.application.seen).toEqual([]);
    });
  });

  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const only: ConnectionOptions = { minVersion: version, maxVersion: version };

    describe(`straight to the origin over ${version}`, () => {
      it.each([
        ["without a certificate", (): null => null, "no-certificate"],
        [
          "with a certificate of another issuer",
          () => pair.world.certificates.stranger,
          "unknown-issuer",
        ],
      ] as const)("an outsider gets not one byte: %s", async (_who, certificate, reason) => {
        const { text, event } = await askStraight(pair.world, certificate(), only, SHOP_ORIGIN);
        expect(text).toBe("");
        expect(event).toMatchObject({
          event: "pull-refused",
          reason,
          status: null,
          originHostname: SHOP_ORIGIN,
          fingerprint: certificate()?.fingerprint ?? null,
          tlsVersion: version,
        });
        expect(pair.application.seen).toEqual([]);
      });

      it.each([
        [
          "blog's certificate on shop",
          () => pair.blog,
          SHOP_ORIGIN,
          403,
          "certificate-not-accepted",
        ],
        ["SNI shop with Host blog", () => pair.shop, BLOG_ORIGIN, 421, "misdirected"],
        ["SNI shop with the visitor's hostname as Host", () => pair.shop, SHOP, 421, "misdirected"],
      ] as const)(
        "%s gets a status and an opaque id, and nothing else",
        async (_what, certificate, authority, status, reason) => {
          const { text, event } = await askStraight(pair.world, certificate(), only, authority);
          expect(event).toMatchObject({ event: "pull-refused", reason, status });
          const id = event?.event === "pull-refused" ? event.id : "";
          const [head = "", body] = text.split("\r\n\r\n");
          expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
          expect(head.split("\r\n")).toContain(`Pull-Refusal: ${id}`);
          expect(body).toBe("");
          expect(text).not.toMatch(/example|sha256|certificate|issuer/i);
          expect(pair.application.seen).toEqual([]);
        },
      );

      it.each(["unknown.example.net", ""])("the name %j ends the handshake", async (servername) => {
        const options = { ...only, servername };
        const { text, error, event } = await askStraight(
          pair.world,
          pair.shop,
          options,
          SHOP_ORIGIN,
        );
        expect(text).toBe("");
        expect(error).toMatchObject({ code: expect.stringMatching(/ALERT/) });
        expect(event).toMatchObject({ event: "handshake-failed" });
        expect(pair.application.seen).toEqual([]);
      });

      it("shop's own certificate is accepted: the refusals above are about what they say", async () => {
        const { text, event } = await askStraight(pair.world, pair.shop, only, SHOP_ORIGIN);
        expect(text).toMatch(/^HTTP\/1\.1 200 /);
        expect(event).toMatchObject({
          event: "pull-accepted",
          hostname: SHOP,
          tlsVersion: version,
        });
        expect(pair.application.seen).toHaveLength(1);
      });
    });
  }

  it.each([
    ["GET / HTTP/1.1\r\nHost: origin-shop.example.net\r\n\r\n"],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["\0\0\0\0\0\0\0\0\0\0\0\0"],
  ])("in the clear the origin answers no HTTP: %j", async (bytes) => {
    const { text, event, port } = await askInTheClear(pair.world, bytes);
    plaintextPorts.add(port);
    expect(text).not.toContain("HTTP");
    // By this line, of which there is none from the Worker, every world knows that it never pulled in the clear.
    expect(event).toMatchObject({
      event: "handshake-failed",
      detail: expect.stringMatching(/^ERR_SSL_/),
    });
    expect(pair.application.seen).toEqual([]);
  });

  it("all of it is what the table of the local world shows", async () => {
    const { world, application } = pair;
    application.handle = ({ headers }, response) => {
      const [hostname, fingerprint] = [headers["x-pull-hostname"], headers["x-pull-fingerprint"]];
      response.end(JSON.stringify({ hostname, fingerprint }));
    };
    const rows = await runAttempts(world, listAttempts(world.mapping, world.certificates));
    expect(
      rows.map(({ happened }) => [
        happened.answer,
        happened.verdict === "refused" ? happened.reason : happened.verdict,
      ]),
    ).toEqual([
      [200, "accepted"],
      [200, "accepted"],
      [421, "unmapped"],
      [null, "no-certificate"],
      [403, "certificate-not-accepted"],
      [null, "unknown-issuer"],
      [421, "misdirected"],
    ]);
    expect(rows.every(({ asItShouldBe }) => asItShouldBe)).toBe(true);
  });
}
