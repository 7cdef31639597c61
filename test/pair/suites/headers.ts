import { describe, expect, it } from "vitest";
import { BLOG, BLOG_ORIGIN, SHOP, SHOP_ORIGIN } from "../support/names.ts";
import type { PairWorld } from "../support/pair-world.ts";
import { visit } from "../support/visit.ts";

/** What the application is told, and what the visitor gets of its answer. */
export function handOver(pair: PairWorld): void {
  describe("the application is told", () => {
    it.each([
      [SHOP, SHOP_ORIGIN, () => pair.shop],
      [BLOG, BLOG_ORIGIN, () => pair.blog],
    ])(
      "of %s by us alone: who pulled, and for whom",
      async (hostname, originHostname, certificate) => {
        await visit(pair.world, hostname, "/told?a=1&b=%20", {
          headers: { "X-Application": "kept", Cookie: "a=1; b=2" },
        });
        expect(pair.application.seen).toMatchObject([{ method: "GET", url: "/told?a=1&b=%20" }]);
        expect(pair.application.seen[0]?.headers).toEqual({
          host: originHostname,
          "accept-encoding": "identity",
          "x-application": "kept",
          cookie: "a=1; b=2",
          "x-forwarded-for": "127.0.0.1",
          "x-forwarded-host": hostname,
          "x-forwarded-proto": "http",
          "cf-connecting-ip": "127.0.0.1",
          "x-pull-hostname": hostname,
          "x-pull-fingerprint": certificate().fingerprint,
          "x-pull-verdict": "accepted",
          connection: "keep-alive",
        });
      },
    );

    it.each([
      "X-Pull-Hostname",
      "x-pull-fingerprint",
      "X-PULL-VERDICT",
      "X_Pull_Hostname",
      "X-Pull-Anything",
      "Pull-Refusal",
      "Client-Cert",
      "Client_Cert",
      "Client-Cert-Chain",
      "X-Client-Cert",
      "CF-Client-Cert-Der-Base64",
      "Cf-Client-Cert-Sha256",
      "SSL-Client-Verify",
      "X-SSL-Client-S-DN",
      "X-Forwarded-For",
      "X_Forwarded_For",
      "X-Forwarded-Host",
      "X-Forwarded-Proto",
      "X-Forwarded-Port",
      "X-Forwarded-Client-Cert",
      "X-Forwarded-Tls-Client-Cert",
      "Forwarded",
      "X-Real-IP",
      "True-Client-IP",
      "Proxy",
    ])("nothing that a visitor claims: %s", async (name) => {
      const claim = "claimed.example.com";
      await visit(pair.world, SHOP, "/claimed", { headers: { [name]: claim, "X-Kept": "kept" } });
      const [seen] = pair.application.seen;
      expect(seen?.headers["x-kept"]).toBe("kept");
      expect(seen?.rawHeaders.join("\n")).not.toContain(claim);
      expect(seen?.headers).toMatchObject({
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": SHOP,
        "x-pull-hostname": SHOP,
        "x-pull-fingerprint": pair.shop.fingerprint,
        "x-pull-verdict": "accepted",
      });
    });

    it("each of it once, also where a visitor says it twice", async () => {
      await visit(pair.world, SHOP, "/twice", {
        headers: {
          "X-Forwarded-For": ["203.0.113.9", "203.0.113.10"],
          "X-Forwarded-Host": ["a.example", "b.example"],
          "X-Pull-Verdict": ["accepted", "refused"],
        },
      });
      const names = (pair.application.seen[0]?.rawHeaders ?? [])
        .filter((_, at) => at % 2 === 0)
        .map((name) => name.toLowerCase());
      for (const name of ["host", "x-forwarded-for", "x-forwarded-host", "x-pull-verdict"]) {
        expect(names.filter((other) => other === name)).toEqual([name]);
      }
      expect(pair.application.seen[0]?.headers["x-forwarded-for"]).toBe("127.0.0.1");
    });
  });

  describe("the visitor gets", () => {
    it.each([400, 401, 403, 404, 421, 429, 500, 502, 503, 504])(
      "the application's own %i, untouched",
      async (status) => {
        pair.application.handle = (_request, response) => {
          response.writeHead(status, { "X-Application": "mine", "Content-Type": "text/x-own" });
          response.end("its own words");
        };
        const got = await visit(pair.world, SHOP, `/own-${status}`);
        expect(got).toMatchObject({ status, body: "its own words" });
        expect(got.headers).toMatchObject({
          "x-application": "mine",
          "content-type": "text/x-own",
        });
        expect(got.headers["pull-failed"]).toBeUndefined();
        expect(pair.application.seen).toHaveLength(1);
      },
    );

    it.each([200, 403, 421, 502])(
      "a %i of an application that pretends to be the verifier, without the pretence",
      async (status) => {
        pair.application.handle = (_request, response) => {
          response.writeHead(status, { "Pull-Refusal": "AAAAAAAAAAAAAAAA" }).end("its own words");
        };
        const got = await visit(pair.world, SHOP, `/pretends-${status}`);
        expect(got).toMatchObject({ status, body: "its own words" });
        expect(got.headers["pull-refusal"]).toBeUndefined();
      },
    );

    it("a redirection as it is, and every cookie", async () => {
      const cookies = ["a=1; Path=/", "b=2; Expires=Thu, 01 Jan 2037 00:00:00 GMT"];
      pair.application.handle = (_request, response) => {
        response.writeHead(302, { Location: `https://${BLOG}/there`, "Set-Cookie": cookies }).end();
      };
      const { status, headers } = await visit(pair.world, SHOP, "/moved");
      expect(status).toBe(302);
      expect(headers).toMatchObject({ location: `https://${BLOG}/there`, "set-cookie": cookies });
      expect(pair.application.seen).toHaveLength(1);
    });
  });
}
