import { BLOG, SHOP } from "../../conformance/support/pki.ts";
import type { PeerCertificate } from "../../conformance/support/pull.ts";
import type { World } from "../../conformance/support/world.ts";
import { createPuller } from "./puller.ts";
import { noteWrong, type Tally } from "./tally.ts";

/** Between two wrong pulls, in milliseconds: each is a handshake, which must leave room for the good ones. */
const PAUSE = 40;

/** Pulls that must never reach the application, one after the other, until told to stop. */
export async function pullWrong(world: World, tally: Tally, enough: () => boolean): Promise<void> {
  const { shop, blog, stranger, other, unlisted } = world.pki;
  // With `unlisted` under blog: it comes and goes under shop alone.
  const attacks: readonly [string, PeerCertificate | null, string, string][] = [
    ["no certificate", null, SHOP, SHOP],
    ["a stranger's certificate", stranger, SHOP, SHOP],
    ["another issuer's certificate", other, SHOP, SHOP],
    ["blog's certificate under shop", blog, SHOP, SHOP],
    ["a certificate that nobody lists", unlisted, BLOG, BLOG],
    ["SNI shop, Host blog", shop, SHOP, BLOG],
    ["an unmapped Host", shop, SHOP, "nowhere.example.net"],
  ];
  for (let at = 0; !enough(); at += 1) {
    const [what, peer, servername, host] = attacks[at % attacks.length] ?? ["", null, SHOP, SHOP];
    const puller = createPuller(world, peer, servername);
    const outcome = await puller.pull(host, "/wrong");
    puller.close();
    if (outcome.is === "answered" || (outcome.is === "status" && !outcome.own))
      noteWrong(tally, what, outcome);
    else tally.refused += 1;
    await new Promise((done) => setTimeout(done, PAUSE));
  }
}
