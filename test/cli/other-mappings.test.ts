import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startApplication } from "../../cli/local-world/application.ts";
import { listAttempts } from "../../cli/local-world/attempts.ts";
import { layoutIn } from "../../cli/local-world/layout.ts";
import { localMapping } from "../../cli/local-world/local-mapping.ts";
import type { LocalWorld } from "../../cli/local-world/local-world.ts";
import { prepareCertificates } from "../../cli/local-world/prepare-certificates.ts";
import { runAttempts, type Row } from "../../cli/local-world/run-attempts.ts";
import { startVerifier } from "../../cli/local-world/start-verifier.ts";
import { verifierConfiguration } from "../../cli/local-world/verifier-configuration.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { ISSUED, ONE, ONE_ORIGIN, TWO_ISSUERS, TWO_ORIGINS } from "./support/mappings.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const newFolder = useTemporaryFolders();

/** What comes of the attempts straight at the origin: the real verifier, without a Worker in front of it. */
async function triedStraight(mapping: Mapping): Promise<readonly Row[]> {
  const layout = layoutIn(join(newFolder(), "local"));
  const { certificates } = await prepareCertificates(mapping, layout, new Date());
  const application = await startApplication(0);
  const settings = { port: 0, application: application.url, refuse: "silence" } as const;
  const documents = {
    [layout.mapping]: localMapping(mapping, certificates),
    [layout.verifier]: verifierConfiguration(certificates, layout, settings),
  };
  for (const [path, document] of Object.entries(documents)) {
    writeFileSync(path, JSON.stringify(document));
  }
  const verifier = await startVerifier(layout.verifier, layout.folder, () => undefined);
  try {
    const world: Partial<LocalWorld> = {
      certificates,
      ports: { worker: 0, origin: verifier.port, application: application.port },
      verifierEvents: verifier.events,
    };
    const straight = listAttempts(mapping, certificates).filter(({ how }) => how.by === "stranger");
    return await runAttempts(world as LocalWorld, straight);
  } finally {
    await verifier.process.stop();
    await application.close();
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
