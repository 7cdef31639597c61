import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SERVER_PROMISES } from "../../../cli/render/promises.ts";
import { makePki } from "../../conformance/support/pki.ts";
import { beginStuckPeers } from "../checks/live.ts";
import { CHECKS } from "../checks/all.ts";
import { outcomeOf, type Found } from "../checks/check.ts";
import { isMissing, versionOf, type ServerKind } from "./binaries.ts";
import { readResults, recordResults, type Outcome, type ServerResults } from "./results.ts";
import { startRawWorld, type RawWorld } from "./raw-world.ts";
import { startServer, type ServerWorld } from "./server-world.ts";

/**
 * Tries every promise at one server, and holds what came of it against the record, from which the table in README.md is
 * made. `PULLPROOF_RECORD=1` writes the record anew instead.
 */
export function testServer(kind: ServerKind): void {
  const recording = process.env["PULLPROOF_RECORD"] === "1";
  const recorded = readResults()[kind.name];

  describe.skipIf(isMissing(kind))(`${kind.name}, with what was rendered for it`, () => {
    const found = new Map<string, Outcome>();
    let world: ServerWorld;
    let stuck: Awaited<ReturnType<typeof beginStuckPeers>>;
    let raw: RawWorld;
    beforeAll(async () => {
      const pki = makePki();
      world = await startServer(kind, pki);
      stuck = await beginStuckPeers(world);
      raw = await startRawWorld(kind, pki);
    });
    afterAll(async () => {
      await raw.close();
      await stuck.close();
      await world.close();
      if (recording) recordResults(kind.name, resultsOf(kind, found));
    });

    it("is tried for every promise that is seen from outside", () => {
      const tried = new Set(CHECKS.map(({ promise }) => promise));
      expect(SERVER_PROMISES.filter((one) => !tried.has(one))).toEqual([]);
    });

    it("says its version, and whether the record is of another", () => {
      const here = versionOf(kind);
      expect(here).toMatch(/^[0-9]+[.][0-9.]+$/);
      // No failure: a distribution mends a server without asking. What comes of each promise is held against the record.
      if (here !== recorded?.version)
        process.stderr.write(
          `\n${kind.name} ${here} is here, the record is of ${recorded?.version ?? "none"}: PULLPROOF_RECORD=1 npm run test:servers\n`,
        );
    });

    for (const { promise, ofHttp, run } of CHECKS) {
      const before = recorded?.promises[promise];
      it(`${promise}: ${recording ? "is recorded" : (before ?? "has no record")}`, async () => {
        const result = ofHttp && !kind.readsHttp ? NO_HTTP : await run(world, raw);
        const { broken } = result;
        const outcome = outcomeOf(result);
        found.set(promise, outcome);
        if (recording && broken.length > 0)
          process.stdout.write(`${kind.name} ${promise} ${broken.join("; ")}\n`);
        const expected = recording ? outcome : before;
        // With what broke it, for whoever reads the failure.
        expect({ outcome, broken }).toEqual({ outcome: expected, broken });
      });
    }
  });
}

const NO_HTTP: Found = { broken: ["it reads no HTTP"], wrong: 1, tried: 1 };

function resultsOf(kind: ServerKind, found: ReadonlyMap<string, Outcome>): ServerResults {
  const promises = SERVER_PROMISES.flatMap((number) => {
    const outcome = found.get(number);
    return outcome === undefined ? [] : [[number, outcome] as const];
  });
  return { version: versionOf(kind), promises: Object.fromEntries(promises) };
}
