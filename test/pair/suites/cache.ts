import type { OutgoingHttpHeaders } from "node:http";
import { describe, expect, it } from "vitest";
import { BLOG, SHOP } from "../support/names.ts";
import type { PairWorld } from "../support/pair-world.ts";
import { visit, type Ask } from "../support/visit.ts";

/** What is answered without a pull, and what is not. */
export function cacheFirst(pair: PairWorld): void {
  const FRESH = { "Cache-Control": "public, max-age=600" };

  /** The application numbers its answers, so that a body says which pull it is of. */
  function answerWith(headers: OutgoingHttpHeaders): void {
    pair.application.handle = ({ url }, response) => {
      response.writeHead(200, url === "/barrier" ? FRESH : headers);
      response.end(`pull ${pair.application.seen.length}`);
    };
  }

  const pullsOf = (path: string): number =>
    pair.application.seen.filter(({ url }) => url === path).length;

  /** Visits until the cache answers: what goes into it goes in after the answer has gone. */
  async function visitUntilCached(hostname: string, path: string): Promise<void> {
    await expect
      .poll(async () => {
        const before = pair.application.seen.length;
        await visit(pair.world, hostname, path);
        return pair.application.seen.length - before;
      })
      .toBe(0);
  }

  /** How many pulls two visits make, the second of them after whatever the first had stored is stored. */
  async function pullsOfTwo(path: string, first: Ask = {}, second: Ask = first): Promise<number> {
    await visit(pair.world, SHOP, path, first);
    // The store of a later answer is through, so that of the earlier one is.
    await visitUntilCached(SHOP, "/barrier");
    await visit(pair.world, SHOP, path, second);
    return pullsOf(path);
  }

  describe("a second visit makes no pull", () => {
    it("where the answer may be stored", async () => {
      answerWith(FRESH);
      await visitUntilCached(SHOP, "/page?a=1");
      const pulls = pullsOf("/page?a=1");
      const { status, body, headers } = await visit(pair.world, SHOP, "/page?a=1");
      expect(status).toBe(200);
      expect(body).toMatch(/^pull \d+$/);
      expect(headers["age"]).toMatch(/^\d$/);
      expect(pullsOf("/page?a=1")).toBe(pulls);
    });

    it("but is nobody else's answer: another hostname and another query are other pages", async () => {
      answerWith(FRESH);
      await visitUntilCached(SHOP, "/key?a=1");
      const before = pair.application.seen.length;
      await visit(pair.world, BLOG, "/key?a=1");
      await visit(pair.world, SHOP, "/key?a=2");
      expect(pair.application.seen.slice(before).map(({ headers }) => headers["host"])).toEqual([
        `origin-blog.example.net`,
        `origin-shop.example.net`,
      ]);
    });
  });

  describe("a second visit makes a second pull", () => {
    it.each<[string, OutgoingHttpHeaders]>([
      ["Set-Cookie", { ...FRESH, "Set-Cookie": "session=1" }],
      ["private", { "Cache-Control": "private, max-age=600" }],
      ["no-store", { "Cache-Control": "no-store" }],
      ["nothing of freshness", {}],
      ["Vary: Cookie", { ...FRESH, Vary: "Cookie" }],
    ])("where the answer says %s", async (what, headers) => {
      answerWith(headers);
      expect(await pullsOfTwo(`/never-${encodeURIComponent(what)}`)).toBe(2);
    });

    it("where the visitor is known by Authorization, stored or not", async () => {
      answerWith(FRESH);
      const known = { headers: { Authorization: "Bearer a" } };
      expect(await pullsOfTwo("/authorized", known)).toBe(2);
      expect(await pullsOfTwo("/authorized-first", known, {})).toBe(2);
      await visitUntilCached(SHOP, "/authorized-then");
      const pulls = pullsOf("/authorized-then");
      await visit(pair.world, SHOP, "/authorized-then", known);
      expect(pullsOf("/authorized-then")).toBe(pulls + 1);
    });
  });
}
