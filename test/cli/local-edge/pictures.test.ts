import { describe, expect, test } from "vitest";
import { listEdgeAttempts } from "../../../cli/local-world/edge-attempts.ts";
import type { LocalCertificates } from "../../../cli/local-world/local-certificates.ts";
import { startLocalEdge } from "../../../cli/local-world/local-edge.ts";
import type { LocalWorld } from "../../../cli/local-world/local-world.ts";
import { runAttempts, type Row } from "../../../cli/local-world/run-attempts.ts";
import { reasonOf } from "../../../cli/local-world/table.ts";
import type { Mapping } from "../../../shared/mapping.ts";
import { LEVELS, ONE, ONE_ORIGIN, SHARED } from "../support/mappings.ts";
import { startOriginAlone } from "../support/origin-alone.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const newFolder = useTemporaryFolders();

/** What is put in the wrong place. */
interface Mistake {
  /** What the edge has, in place of the certificates that the verifier accepts. */
  readonly presented?: (certificates: LocalCertificates) => LocalCertificates;
  readonly world?: (world: LocalWorld) => Partial<LocalWorld>;
}

/** What comes of the pictures: the real verifier, the edge and the open origin, without a Worker. */
async function pictures(mapping: Mapping, mistake: Mistake = {}): Promise<readonly Row[]> {
  const origin = await startOriginAlone(mapping, newFolder());
  const { certificates, verifier, application } = origin;
  const ends: (() => Promise<void>)[] = [origin.close];
  try {
    const edge = await startLocalEdge(
      mapping,
      mistake.presented?.(certificates) ?? certificates,
      { port: 0, verifierPort: verifier.port, applicationUrl: application.url },
      (end) => ends.push(end),
    );
    const world = { ...origin.world, edge } as Partial<LocalWorld> as LocalWorld;
    const shown = { ...world, ...mistake.world?.(world) };
    return await runAttempts(shown, listEdgeAttempts(mapping, certificates));
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

const wrongOf = (rows: readonly Row[]) =>
  rows.filter(({ asItShouldBe }) => !asItShouldBe).map(({ how, happened }) => ({ how, happened }));

describe("the pictures are as they should be", () => {
  test.each([
    ["a hostname's own certificate", ONE_ORIGIN, 10],
    ["a hostname's and a zone's", LEVELS, 11],
    ["one in the place of Cloudflare's", SHARED, 9],
    ["nothing that the edge presents", ONE, 0],
  ])("with %s", async (_what, mapping, count) => {
    const rows = await pictures(mapping);
    expect(wrongOf(rows)).toEqual([]);
    expect(rows).toHaveLength(count);
  });
});

describe("a picture is not as it should be", () => {
  test("where the edge presents what the verifier does not accept", async () => {
    const rows = await pictures(ONE_ORIGIN, {
      presented: (all) => ({
        ...all,
        edge: new Map([...all.edge.keys()].map((hostname) => [hostname, all.stranger])),
      }),
    });
    expect(wrongOf(rows)).toMatchObject([
      {
        how: { by: "edge-visitor", originPulls: "on" },
        happened: { verdict: "refused", reason: "unknown-issuer", answer: 520 },
      },
      // What was refused is not kept.
      { how: { path: "/cached" }, happened: { verdict: "unclear", answer: 520 } },
    ]);
  });

  test("where the edge presents nothing", async () => {
    const rows = await pictures(ONE_ORIGIN, {
      presented: (all) => ({ ...all, edge: new Map() }),
    });
    expect(wrongOf(rows)).toMatchObject([
      { happened: { verdict: "refused", reason: "no-certificate", answer: 520 } },
      { how: { path: "/cached" }, happened: { verdict: "unclear", answer: 520 } },
    ]);
  });

  test("where a switch that should be wrong is right", async () => {
    const rows = await pictures(ONE_ORIGIN, {
      world: ({ edge }) => (edge === null ? {} : { edge: { ...edge, wrong: new Map() } }),
    });
    expect(wrongOf(rows).map(({ how, happened }) => [how, happened.verdict])).toMatchObject([
      [{ wrong: "association off" }, "accepted"],
      [{ wrong: "association removed" }, "accepted"],
      [{ wrong: "flexible, port 80 open" }, "accepted"],
      [{ wrong: "flexible, port 80 closed" }, "accepted"],
    ]);
  });

  test("where the origin that should ask nobody is the verifier", async () => {
    const rows = await pictures(ONE_ORIGIN, {
      world: ({ edge, ports }) =>
        edge === null
          ? {}
          : { edge: { ...edge, open: { edgePort: edge.port, originPort: ports.origin } } },
    });
    expect(wrongOf(rows).map(({ how }) => how)).toMatchObject([
      { by: "edge-visitor", originPulls: "off" },
      { by: "outsider", originPulls: "off" },
    ]);
  });

  test("where the verifier's place is taken by an origin that asks nobody, and it is said that they got through", async () => {
    const rows = await pictures(ONE_ORIGIN, {
      world: ({ edge, ports }) =>
        edge === null ? {} : { ports: { ...ports, origin: edge.open.originPort } },
    });
    const wrong = rows.filter(({ asItShouldBe }) => !asItShouldBe);
    expect(wrong.map(({ how, happened }) => [how.by, happened.verdict, happened.answer])).toEqual([
      ["outsider", "unclear", 200],
      ["outsider", "unclear", 200],
    ]);
    expect(wrong.map(reasonOf)[0]).toContain("it should have been: no-certificate");
  });
});
