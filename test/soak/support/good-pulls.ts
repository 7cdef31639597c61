import type { Minted } from "../../support/certificates.ts";
import { BLOG, SHOP } from "../../conformance/support/pki.ts";
import type { World } from "../../conformance/support/world.ts";
import type { MortalApplication } from "./mortal-application.ts";
import { createPuller, type Outcome } from "./puller.ts";
import { noteWrong, type Tally } from "./tally.ts";

/** Pulls on one connection, before it is ended and a new one opened: handshakes are part of every day. */
const PULLS_A_CONNECTION = 500;

/**
 * Pulls without a pause, until there were enough or it is told to stop: with shop's or blog's certificate. Each answer
 * must carry this very pull's hostname, fingerprint and target, so that no answer ever belonged to somebody else.
 */
export async function pullGood(
  world: World,
  application: MortalApplication,
  tally: Tally,
  which: "shop" | "blog",
  enough: () => boolean,
): Promise<void> {
  const own: Minted = world.pki[which];
  const host = which === "shop" ? SHOP : BLOG;
  const puller = createPuller(world, own, host);
  for (let at = 1; !enough(); at += 1) {
    const target = `/${which}/${tally.good}-${at}`;
    const began = performance.now();
    const outcome = await puller.pull(host, target);
    if (isRight(outcome, `${which}.example.com`, own.fingerprint, target)) {
      tally.good += 1;
      tally.latencies.add(performance.now() - began);
    } else if (isAway(outcome) && application.wasAwaySince(began)) {
      tally.failedWhileAway += 1;
      // It takes a process's start until the next can succeed.
      await new Promise((done) => setTimeout(done, 50));
    } else noteWrong(tally, `a good pull of ${which}`, outcome);
    if (at % PULLS_A_CONNECTION === 0) puller.close();
  }
  puller.close();
}

/** Whether the application answered, and to this pull. */
export function isRight(
  outcome: Outcome,
  hostname: string,
  fingerprint: string,
  target: string,
): boolean {
  return (
    outcome.is === "answered" && outcome.body === JSON.stringify({ hostname, fingerprint, target })
  );
}

/** What a pull may come to while the application is dead: the verifier's own 502, or an answer that broke off. */
export function isAway(outcome: Outcome): boolean {
  return (
    outcome.is === "broken" ||
    (outcome.is === "status" && outcome.own && (outcome.status === 502 || outcome.status === 504))
  );
}
