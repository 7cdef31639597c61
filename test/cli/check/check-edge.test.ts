import { describe, expect, it } from "vitest";
import { checkEdge } from "../../../cli/check/check-edge.ts";
import { LEVELS, mappingOf, SHARED, type Host } from "../support/mappings.ts";

const find = (hosts: Readonly<Record<string, Host>>) => checkEdge(mappingOf(hosts), "mapping.json");
const ORIGIN = "https://origin.example.net";

describe("an entry that the edge presents for", () => {
  it("that is a wildcard is answered 421, which is a problem with a way out", () => {
    const { problems } = find({ "*.tenant.example.com": { origin: ORIGIN } });
    expect(problems.map(({ path }) => path)).toEqual(['hosts["*.tenant.example.com"]']);
    expect(problems[0]?.message).toContain("421");
    expect(problems[0]?.next).toContain("an entry for each hostname");
  });

  it("that shares its origin hostname is answered 421, whoever presents for the other", () => {
    const { problems } = find({
      "a.example.com": { origin: ORIGIN },
      "b.example.com": { origin: ORIGIN },
      "c.example.com": { origin: "https://other.example.net" },
      "d.example.com": { origin: "https://other.example.net", binding: "D" },
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'hosts["a.example.com"].origin',
      'hosts["b.example.com"].origin',
      'hosts["c.example.com"].origin',
    ]);
    expect(problems[0]?.next).toContain('"origin": "https://a.example.com"');
  });

  it("whose origin hostname is another name needs an Origin Rule, which nobody sees from here", () => {
    const { problems, warnings } = find({ "a.example.com": { origin: ORIGIN } });
    expect(problems).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual(['hosts["a.example.com"].origin']);
    expect(warnings[0]?.next).toContain("pullproof doctor a.example.com");
  });

  it("under its own name is as it should be, on every level", () => {
    for (const mapping of [LEVELS, SHARED]) {
      expect(checkEdge(mapping, "mapping.json")).toEqual({ problems: [], warnings: [] });
    }
  });
});

it("what a Worker presents for may be a wildcard, and share: the Worker says which hostname it is", () => {
  const shared = { origin: ORIGIN, binding: "A" };
  expect(find({ "*.a.example.com": shared, "b.example.com": shared })).toEqual({
    problems: [],
    warnings: [],
  });
});
