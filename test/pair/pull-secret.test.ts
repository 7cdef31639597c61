import { expect, it } from "vitest";
import { BLOG, SHOP } from "./support/names.ts";
import { usePairWorld } from "./support/pair-world.ts";
import { writeProject } from "./support/project.ts";
import { visit } from "./support/visit.ts";

const asks = (name: string) => ({ also: { header: [{ env: name }] } });

// The real Worker with a secret of its own, and a verifier that asks for one: of one hostname, and not of the other.
const pair = usePairWorld({
  project: async (folder) =>
    await writeProject(
      folder,
      {
        [SHOP]: {
          origin: "shop",
          binding: "PULL_CERT_SHOP",
          header: { env: "PULL_SECRET_SHOP" },
          ...asks("ACCEPTED_SECRET"),
        },
        [BLOG]: { origin: "blog", binding: "PULL_CERT_BLOG" },
      },
      ["PULL_CERT_SHOP", "PULL_CERT_BLOG"],
    ),
});

it("a Worker's secret opens the other lock of its own hostname, and nobody behind it sees any", async () => {
  for (const hostname of [SHOP, BLOG]) {
    const headers = { "X-Pull-Secret": "a-guess-of-the-visitor" };
    const got = await visit(pair.world, hostname, "/", { headers });
    expect([hostname, got.status]).toEqual([hostname, 200]);
    expect(JSON.stringify(got.headers)).not.toMatch(/pull-secret/i);
  }
  expect(pair.application.seen).toHaveLength(2);
  expect(JSON.stringify(pair.application.seen)).not.toMatch(/pull-secret|a-guess/i);
});
