import { expect, test } from "vitest";
import { loadMapping } from "../../worker/load-mapping.ts";
import { mapping } from "./fixture/mapping.ts";

test("a mapping that parses is the parsed mapping", () => {
  expect(loadMapping("mapping.json", mapping).entries).toHaveLength(
    Object.keys(mapping.hosts).length,
  );
});

test("one that does not stops the module's start, with every problem, its path and the next command", () => {
  const broken = {
    ...mapping,
    version: 2,
    hosts: {
      "shop.example.com": {
        origin: "http://origin-shop.example.net",
        present: { by: "worker", binding: "PULL_CERT_SHOP" },
        accept: { issuer: "nobody", certificates: ["sha256:12"] },
      },
    },
  };
  expect(() => loadMapping("mapping.json", broken)).toThrow(
    /^mapping\.json does not parse:\n(?:mapping\.json: .+\n){4,}Next: /,
  );
});
