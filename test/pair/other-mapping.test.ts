import { describe, expect, it } from "vitest";
import { workerLineOf } from "./support/failed-pulls.ts";
import { BLOG, SHOP } from "./support/names.ts";
import { usePairWorld } from "./support/pair-world.ts";
import { writeProject } from "./support/project.ts";
import { visit } from "./support/visit.ts";

const LOST = "lost.example.com";
const HASTY = "hasty.example.com";

// The Worker built with another mapping than the repository's: one that its configuration does not fit.
const pair = usePairWorld({
  project: async (folder) =>
    await writeProject(
      folder,
      {
        [SHOP]: { origin: "shop", binding: "PULL_CERT_SHOP" },
        [BLOG]: { origin: "blog", binding: "PULL_CERT_BLOG" },
        [LOST]: { origin: "lost", binding: "PULL_CERT_LOST" },
        [HASTY]: { origin: "hasty", binding: "PULL_CERT_HASTY", deadlineSeconds: 0.5 },
      },
      ["PULL_CERT_SHOP", "PULL_CERT_BLOG", "PULL_CERT_HASTY"],
    ),
});

describe("a binding that the mapping names and the configuration does not declare", () => {
  it("is a 503 for its hostname, one log line, and no pull at all", async () => {
    const told = pair.world.verifierEvents.events.length;
    const got = await visit(pair.world, LOST, "/");
    expect(got.status).toBe(503);
    expect(await workerLineOf(pair.world, got)).toMatchObject({
      hostname: LOST,
      cause: "binding-missing",
      attempts: 0,
      detail: expect.stringContaining("PULL_CERT_LOST"),
    });
    const lines = pair.world.workerEvents.events.filter(({ event }) => event === "pull-failed");
    expect(lines).toHaveLength(1);
    expect(pair.world.verifierEvents.events).toHaveLength(told);
    expect(pair.application.seen).toEqual([]);
  });

  it("leaves the other hostnames as they are", async () => {
    for (const hostname of [SHOP, BLOG, LOST, SHOP]) {
      const { status } = await visit(pair.world, hostname, "/");
      expect([hostname, status]).toEqual([hostname, hostname === LOST ? 503 : 200]);
    }
    expect(pair.application.seen.map(({ headers }) => headers["x-pull-hostname"])).toEqual([
      SHOP,
      BLOG,
      SHOP,
    ]);
  });
});

describe("an application that does not answer within the deadline", () => {
  it("is a 504, and its pull is aborted", async () => {
    let aborted = false;
    pair.application.handle = (_request, response) => {
      response.on("close", () => (aborted = !response.writableFinished));
    };
    const began = performance.now();
    const got = await visit(pair.world, HASTY, "/silent");
    expect(got.status).toBe(504);
    expect(performance.now() - began).toBeGreaterThan(450);
    expect(await workerLineOf(pair.world, got)).toMatchObject({
      hostname: HASTY,
      cause: "deadline",
      attempts: 1,
      detail: expect.stringContaining("0.5 s"),
    });
    await expect.poll(() => aborted).toBe(true);
    expect(pair.application.seen).toHaveLength(1);
  });

  it("may take its time once it has answered: the deadline is until the headers", async () => {
    pair.application.handle = (_request, response) => {
      response.write("first ");
      setTimeout(() => response.end("last"), 800);
    };
    const got = await visit(pair.world, HASTY, "/slow-body");
    expect(got).toMatchObject({ status: 200, body: "first last" });
  });

  it("is waited for under a hostname whose deadline is longer", async () => {
    pair.application.handle = (_request, response) => {
      setTimeout(() => response.end("late"), 800);
    };
    expect(await visit(pair.world, SHOP, "/late")).toMatchObject({ status: 200, body: "late" });
  });
});
