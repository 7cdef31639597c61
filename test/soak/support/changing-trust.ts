import { mappingOf, SHOP } from "../../conformance/support/pki.ts";
import type { World } from "../../conformance/support/world.ts";
import { isAway, isRight } from "./good-pulls.ts";
import type { MortalApplication } from "./mortal-application.ts";
import { createPuller, type Outcome } from "./puller.ts";
import { noteWrong, type Tally } from "./tally.ts";

/** Between two reloads, in milliseconds. */
const PAUSE = 500;

/**
 * Reloads again and again, with one certificate more and one less: from the moment that the verifier says so, that
 * certificate is accepted or refused at the next pull, on a connection that is open since before and on a new one.
 */
export async function changeTrust(
  world: World,
  application: MortalApplication,
  tally: Tally,
  enough: () => boolean,
): Promise<void> {
  const { shop, unlisted } = world.pki;
  const living = createPuller(world, unlisted, SHOP);
  for (let turn = 0; !enough(); turn += 1) {
    const listed = turn % 2 === 0;
    const certificates = [shop.fingerprint, ...(listed ? [unlisted.fingerprint] : [])];
    await world.writeMapping(mappingOf(world.pki, { shop: { certificates } }));
    const said = await world.reload();
    if (said.event !== "trust-swapped") tally.wrong.push(`a reload: ${JSON.stringify(said)}`);
    tally.reloads += 1;
    const fresh = createPuller(world, unlisted, SHOP);
    for (const puller of [living, fresh]) {
      const target = `/changing/${turn}`;
      const began = performance.now();
      const outcome = await puller.pull(SHOP, target);
      const right = isRight(outcome, "shop.example.com", unlisted.fingerprint, target);
      if (listed && right) tally.good += 1;
      else if (listed && isAway(outcome) && application.wasAwaySince(began))
        tally.failedWhileAway += 1;
      else if (!listed && isRefused(outcome)) tally.refused += 1;
      else noteWrong(tally, `a certificate that is ${listed ? "" : "not "}listed`, outcome);
    }
    fresh.close();
    await new Promise((done) => setTimeout(done, PAUSE));
  }
  living.close();
}

function isRefused(outcome: Outcome): boolean {
  return outcome.is === "status" && outcome.own && outcome.status === 403;
}
