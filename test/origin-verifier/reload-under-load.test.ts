import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import type { CertificateAndKey } from "../../cli/certificates/certificate-and-key.ts";
import { createPuller, type Outcome } from "../soak/support/puller.ts";
import {
  plainMapping,
  SHOP,
  startVerifierWorld,
  type Pki,
  type VerifierWorld,
} from "../support/verifier-world.ts";

let world: VerifierWorld;
afterEach(() => world.close());

const RELOADS = 10;

function listing(keys: Pki, more: boolean): unknown {
  const mapping = plainMapping(keys);
  const { accept } = mapping.hosts["shop.example.com"] as { accept: { certificates: unknown } };
  const always = keys.shop.fingerprint;
  accept.certificates = more ? [always, keys.unlisted.fingerprint] : [always];
  return mapping;
}

// The same with 200 reloads, by changed files, and with the heap: test/conformance/reload.test.ts.
it("while a certificate comes and goes, the good pulls go on, and it is accepted when it is listed and never else", async () => {
  world = await startVerifierWorld({
    application: ({ headers }, response) => response.end(String(headers["x-pull-fingerprint"])),
  });
  const { shop, unlisted, stranger } = world.pki;
  const puller = ({ certificate: pem, key: keyPem }: CertificateAndKey) =>
    createPuller(world, { pem, keyPem }, SHOP);
  const wrong: unknown[] = [];
  const state = { good: 0, over: false };
  const expectGood = (outcome: Outcome, { fingerprint }: CertificateAndKey): void => {
    if (outcome.is === "answered" && outcome.body === fingerprint) state.good += 1;
    else wrong.push(outcome);
  };
  const pulling = async (keep: boolean): Promise<void> => {
    const good = puller(shop);
    while (!state.over) {
      expectGood(await good.pull(SHOP, "/"), shop);
      if (!keep) good.close();
      const bad = await puller(stranger).pull(SHOP, "/");
      if (bad.is !== "broken") wrong.push(bad);
      await pause(2);
    }
    good.close();
  };
  const swapping = async (): Promise<void> => {
    const living = puller(unlisted);
    for (let turn = 0; turn < RELOADS; turn += 1) {
      const more = turn % 2 === 0;
      await world.writeMapping(listing(world.pki, more));
      expect(await world.verifier.reload()).toMatchObject({ ok: true });
      const fresh = puller(unlisted);
      for (const each of [living, fresh]) {
        const outcome = await each.pull(SHOP, "/");
        if (more) expectGood(outcome, unlisted);
        else if (outcome.is !== "status" || outcome.status !== 403) wrong.push({ turn, outcome });
      }
      fresh.close();
    }
    living.close();
  };
  const swapped = swapping().finally(() => {
    state.over = true;
  });
  await Promise.all([swapped, pulling(true), pulling(false)]);
  expect(wrong).toEqual([]);
  expect(state.good).toBeGreaterThan(RELOADS * 2);
});
