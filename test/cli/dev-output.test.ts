import { expect, test } from "vitest";
import { showTable } from "../../cli/command/dev-output.ts";
import type { LocalWorld } from "../../cli/local-world/local-world.ts";
import type { Speaker } from "../../cli/manners/io.ts";
import picocolors from "picocolors";
import { parseMapping } from "../../shared/mapping.ts";

/** What is said above and below the table for a mapping with this mode. */
function told(mode: unknown): string {
  const accept = { issuer: "own", certificates: [`sha256:${"1".repeat(64)}`], mode };
  const mapping = parseMapping({
    version: 1,
    issuers: { own: { certificates: "issuer.pem" } },
    hosts: {
      "shop.example.com": {
        origin: ["https://a.example.net", "https://b.example.net"],
        present: { by: "worker", binding: "SHOP" },
        accept,
      },
    },
  });
  if (!mapping.ok) throw new Error(mapping.problems[0].message);
  // As much of a world as the lines around the table look at: two origin certificates, one pull certificate.
  const certificates = {
    origins: new Map([[1], [2]] as never),
    pull: new Map([[1]] as never),
    edge: new Map(),
  };
  const said: string[] = [];
  const out: Speaker = {
    line: (line = "") => void said.push(line),
    text: (text) => void said.push(text),
    colours: picocolors.createColors(false),
    isTerminal: false,
    columns: 80,
  };
  showTable({ mapping: mapping.value, certificates } as unknown as LocalWorld, [], out, true);
  return said.join("\n");
}

test("a hostname with two origins is one hostname", () => {
  expect(told("enforce")).toContain("1 hostname, 1 pull certificate");
});

test("that report mode enforces in the local world is said, where there is some", () => {
  expect(told({ report: "2030-01-01" })).toContain("Every entry enforces here");
  expect(told("enforce")).not.toContain("enforces here");
});
