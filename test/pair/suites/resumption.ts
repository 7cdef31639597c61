import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { skipUnless } from "../../support/loud-skip.ts";
import { refusalsIn } from "../support/failed-pulls.ts";
import { BLOG_ORIGIN, SHOP_ORIGIN } from "../support/names.ts";
import type { PairWorld } from "../support/pair-world.ts";
import { startResumingServer } from "../support/resuming-server.ts";
import { dialWithOpenssl, hasOpenssl, type Dialled } from "../support/s-client.ts";

/** Opens a session with shop's certificate, in good order, and keeps it. */
async function sessionOfShop(
  pair: PairWorld,
  port: number,
  version: Dialled["version"],
): Promise<string> {
  const saveTo = join(pair.folder, `session-${port}-${version}`);
  const ask = { port, version, servername: SHOP_ORIGIN, pair: pair.shop.paths, saveTo };
  expect(await dialWithOpenssl(ask)).toMatchObject({ status: 200, resumed: false });
  return saveTo;
}

/** A TLS session of one hostname's opens no other hostname's door, nor its own without the certificate. */
export function resumption(pair: PairWorld): void {
  // A Node client no longer offers a session under another name, so none of this would fail with one.
  const skipped = skipUnless(hasOpenssl, "openssl (apt-get install openssl)");

  describe.skipIf(skipped)("a TLS session of shop's", () => {
    for (const version of ["tls1_2", "tls1_3"] as const) {
      it.each([
        ["under blog's name, without a certificate", BLOG_ORIGIN, false, null, "no-certificate"],
        ["under its own name, without a certificate", SHOP_ORIGIN, false, null, "no-certificate"],
        ["under blog's name", BLOG_ORIGIN, true, 403, "certificate-not-accepted"],
      ] as const)(
        `is not resumed, and the pull refused: %s (${version})`,
        async (_how, servername, presents, status, reason) => {
          const { world, application } = pair;
          const port = world.ports.origin;
          const offer = await sessionOfShop(pair, port, version);
          const reached = application.seen.length;
          const told = refusalsIn(world).length;

          const presented = presents ? pair.shop.paths : null;
          const outcome = await dialWithOpenssl({
            port,
            version,
            servername,
            pair: presented,
            offer,
          });

          expect(outcome).toMatchObject({ resumed: false, status });
          await expect
            .poll(() => refusalsIn(world).slice(told))
            .toMatchObject([{ reason, status, originHostname: servername }]);
          expect(application.seen).toHaveLength(reached);
        },
      );

      it(`is resumed where nothing prevents it, and taken for shop's certificate (${version})`, async () => {
        const { port, peers, close } = await startResumingServer(pair.world);
        const offer = await sessionOfShop(pair, port, version);
        for (const servername of [SHOP_ORIGIN, BLOG_ORIGIN]) {
          const outcome = await dialWithOpenssl({ port, version, servername, pair: null, offer });
          expect(outcome).toMatchObject({ resumed: true, status: 200 });
        }
        close();
        // The last two presented nothing. This is the way in that the verifier has closed.
        const shopItSeems = { authorized: true, names: "DNS:shop.example.com" };
        expect(peers).toEqual([shopItSeems, shopItSeems, shopItSeems]);
      });
    }
  });
}
