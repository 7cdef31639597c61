import { afterEach, describe, expect, it } from "vitest";
import { changeMapping, noLongerListed, type MappingDocument } from "../support/change-mapping.ts";
import { refusalsIn, verifierLineOf, workerLineOf } from "../support/failed-pulls.ts";
import { BLOG, SHOP, SHOP_ORIGIN } from "../support/names.ts";
import type { PairWorld } from "../support/pair-world.ts";
import { visit } from "../support/visit.ts";

/** What a visitor sees of a pull that failed, and how its two log lines are found. */
export function refusedPulls(pair: PairWorld): void {
  const fresh = { "Cache-Control": "public, max-age=600" };

  let putBack: (() => Promise<void>) | null = null;
  /** Until the end of the test the verifier has another mapping than the Worker. */
  async function change(how: (mapping: MappingDocument) => void): Promise<void> {
    putBack = await changeMapping(pair.world, how);
  }
  afterEach(async () => {
    await putBack?.();
    putBack = null;
    await pair.application.start();
  });

  describe("a pull whose certificate the verifier no longer accepts", () => {
    it("is a 502 whose id leads to the Worker's line, and that to the verifier's", async () => {
      await change(noLongerListed);
      const got = await visit(pair.world, SHOP, "/refused");
      expect(got.status).toBe(502);
      const line = await workerLineOf(pair.world, got);
      expect(line).toMatchObject({ hostname: SHOP, cause: "refused", status: 403, attempts: 1 });
      expect(await verifierLineOf(pair.world, line)).toMatchObject({
        reason: "certificate-not-accepted",
        originHostname: SHOP_ORIGIN,
        hostname: SHOP,
        fingerprint: pair.shop.fingerprint,
      });
      expect(pair.application.seen).toEqual([]);
    });

    it("concerns its own hostname alone", async () => {
      await change(noLongerListed);
      expect(await visit(pair.world, SHOP, "/")).toMatchObject({ status: 502 });
      expect(await visit(pair.world, BLOG, "/")).toMatchObject({ status: 200 });
    });

    it("is judged by the new mapping on a connection that the old one had accepted", async () => {
      expect(await visit(pair.world, SHOP, "/")).toMatchObject({ status: 200 });
      await change(noLongerListed);
      expect(await visit(pair.world, SHOP, "/")).toMatchObject({ status: 502 });
    });

    it("is refused with any method, and asked for once", async () => {
      await change(noLongerListed);
      const told = refusalsIn(pair.world).length;
      const headers = { "Content-Length": "0" };
      for (const method of ["HEAD", "OPTIONS", "POST", "DELETE"]) {
        expect(await visit(pair.world, SHOP, "/", { method, headers })).toMatchObject({
          status: 502,
        });
      }
      const refused = { reason: "certificate-not-accepted" };
      await expect
        .poll(() => refusalsIn(pair.world).slice(told))
        .toMatchObject([refused, refused, refused, refused]);
    });

    it("is never cached: accepted again, it is a 200", async () => {
      pair.application.handle = (_request, response) => response.writeHead(200, fresh).end("page");
      await change(noLongerListed);
      expect(await visit(pair.world, SHOP, "/later")).toMatchObject({ status: 502 });
      expect(await visit(pair.world, SHOP, "/later")).toMatchObject({ status: 502 });
      await putBack?.();
      putBack = null;
      expect(await visit(pair.world, SHOP, "/later")).toMatchObject({ status: 200, body: "page" });
      expect(pair.application.seen).toHaveLength(1);
    });

    it("does not take from the cache what was pulled before", async () => {
      pair.application.handle = (_request, response) => response.writeHead(200, fresh).end("page");
      const pulls = (): number => pair.application.seen.length;
      await expect
        .poll(async () => {
          const before = pulls();
          await visit(pair.world, SHOP, "/before");
          return pulls() - before;
        })
        .toBe(0);
      await change(noLongerListed);
      expect(await visit(pair.world, SHOP, "/before")).toMatchObject({ status: 200, body: "page" });
      expect(await visit(pair.world, SHOP, "/after")).toMatchObject({ status: 502 });
    });
  });

  it("a pull of an issuer that the mapping no longer names gets no answer at all, which is a 502 too", async () => {
    await change(({ issuers }) => {
      const [own] = Object.values(issuers);
      if (own !== undefined) own.certificates = "stranger-issuer.pem";
    });
    // The first may come on a connection that is past the first lock; it ends with its refusal.
    expect(await visit(pair.world, SHOP, "/")).toMatchObject({ status: 502 });
    const told = refusalsIn(pair.world).length;
    const got = await visit(pair.world, SHOP, "/");
    expect(got.status).toBe(502);
    const line = await workerLineOf(pair.world, got);
    expect(line).toMatchObject({ cause: "network", refusal: null, status: null, attempts: 2 });
    const silence = { reason: "unknown-issuer", status: null };
    await expect
      .poll(() => refusalsIn(pair.world).slice(told).slice(-2))
      .toMatchObject([silence, silence]);
    expect(pair.application.seen).toEqual([]);
  });

  describe("an application that is down", () => {
    it("is a 502, and a 200 when it is back", async () => {
      expect(await visit(pair.world, SHOP, "/")).toMatchObject({ status: 200 });
      await pair.application.stop();
      const got = await visit(pair.world, SHOP, "/");
      expect(got.status).toBe(502);
      const line = await workerLineOf(pair.world, got);
      expect(await verifierLineOf(pair.world, line)).toMatchObject({
        reason: "application-unreachable",
        status: 502,
      });
      await pair.application.start();
      expect(await visit(pair.world, SHOP, "/")).toMatchObject({ status: 200, body: "hello\n" });
    });

    it("in the middle of its answer never looks as if it had said all", async () => {
      pair.application.handle = (_request, response) => {
        response.writeHead(200, { "Content-Length": 10 });
        response.write("half", () => response.destroy());
      };
      await expect(visit(pair.world, SHOP, "/half")).rejects.toMatchObject({ code: "ECONNRESET" });
      pair.application.handle = (_request, response) => {
        response.write("half", () => response.destroy());
      };
      await expect(visit(pair.world, SHOP, "/half-in-chunks")).rejects.toMatchObject({
        code: "ECONNRESET",
      });
    });
  });
}
