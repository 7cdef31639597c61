import { describe, expect, test } from "vitest";
import { listAttempts } from "../../cli/local-world/attempts.ts";
import type { LocalWorld } from "../../cli/local-world/local-world.ts";
import { runAttempts, type Row } from "../../cli/local-world/run-attempts.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { ISSUED, ONE, ONE_ORIGIN, TWO_ISSUERS, TWO_ORIGINS } from "./support/mappings.ts";
import { startOriginAlone } from "./support/origin-alone.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const newFolder = useTemporaryFolders();

/** What comes of the attempts straight at the origin: the real verifier, without a Worker in front of it. */
async function triedStraight(mapping: Mapping): Promise<readonly Row[]> {
  const origin = await startOriginAlone(mapping, newFolder());
  try {
    const straight = listAttempts(mapping, origin.certificates).filter(
      ({ how }) => how.by === "stranger",
    );
    return await runAttempts(origin.world as LocalWorld, straight);
  } finally {
    await origin.close();
  }
}

describe("straight at the origin, everything is as the attempts expect it", () => {
  test.each([
    ["one hostname", ONE, 2],
    ["two issuers", TWO_ISSUERS, 4],
    ["certificates by name, one for a wildcard", ISSUED, 4],
    ["two origins, one of them another hostname's too", TWO_ORIGINS, 4],
    ["two hostnames of one origin, and one that the edge presents for", ONE_ORIGIN, 2],
  ])("with %s", async (_what, mapping, count) => {
    const rows = await triedStraight(mapping);
    expect(rows).toHaveLength(count);
    const wrong = rows.filter(({ asItShouldBe }) => !asItShouldBe);
    expect(wrong.map(({ tried, happened }) => ({ tried, happened }))).toEqual([]);
  });
});
