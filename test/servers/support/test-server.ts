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
 * Tries every promise at one server, and holds what came of it against the record, from which the table in docs/servers.md is
 * made. `PULLPROOF_RECORD=1` writes the record anew instead; with `-t P65` that promise's alone.
 */
export function testServer(kind: ServerKind): void {
  const recording = process.env["PULLPROOF_RECORD"] === "1";
  const recorded = readResults()[kind.name];

  describe.skipIf(isMissing(kind))(`${kind.name}, with what was rendered for it`, () => {
    const found = new Map<string, Found>();
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
      if (recording) recordResults(kind.name, resultsOf(kind, found, recorded));
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
        const { broken, rows } = result;
        const outcome = outcomeOf(result);
        found.set(promise, result);
        if (recording) {
          if (rows.length > 0) process.stdout.write(`${kind.name} ${promise} ${rows.join("; ")}\n`);
          return;
        }
        // With what broke it: what is partly kept may not come to be kept less.
        expect({ outcome, broken, rows }).toEqual({
          outcome: before,
          broken: recorded?.broken[promise] ?? [],
          rows,
        });
        expect(result.wrong).toBeLessThanOrEqual(recorded?.wrong[promise] ?? 0);
      });
    }
  });
}

const NO_HTTP: Found = { broken: ["it reads no HTTP"], rows: [], wrong: 1, tried: 1 };

interface Row {
  readonly number: string;
  readonly outcome: Outcome;
  readonly wrong: number;
  readonly broken: readonly string[];
}

/** What was not tried this time stays as it was recorded of the same version. */
function resultsOf(
  kind: ServerKind,
  found: ReadonlyMap<string, Found>,
  recorded: ServerResults | undefined,
): ServerResults {
  const version = versionOf(kind);
  const before = recorded?.version === version ? recorded : undefined;
  const rows = SERVER_PROMISES.flatMap((number): readonly Row[] => {
    const result = found.get(number);
    if (result !== undefined) return [{ number, outcome: outcomeOf(result), ...result }];
    const outcome = before?.promises[number];
    if (outcome === undefined) return [];
    const wrong = before?.wrong[number] ?? 0;
    return [{ number, outcome, wrong, broken: before?.broken[number] ?? [] }];
  });
  const wrong = rows.filter((row) => row.wrong > 0).map((row) => [row.number, row.wrong] as const);
  const broken = rows
    .filter((row) => row.broken.length > 0)
    .map((row) => [row.number, row.broken] as const);
  return {
    version,
    promises: Object.fromEntries(rows.map(({ number, outcome }) => [number, outcome])),
    wrong: Object.fromEntries(wrong),
    broken: Object.fromEntries(broken),
  };
}
