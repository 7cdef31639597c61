import { expect, it } from "vitest";
import { compilePolicy, entriesByOrigin } from "../../../origin-verifier/trust/group-policies.ts";
import type { IssuerTrust } from "../../../origin-verifier/trust/trust.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import type { IssuerName } from "../../../shared/mapping.ts";
import { mappingOf } from "../../cli/support/mappings.ts";

const ORIGIN = "origin.example.net" as Hostname;
const issuer = { name: "own" as IssuerName, shared: false, revocationUntil: null } as IssuerTrust;

it("an entry is at each of its origins, and elsewhere at none of them", () => {
  const [a, b] = ["origin-a.example.net", "origin-b.example.net"] as [Hostname, Hostname];
  const mapping = mappingOf({
    "two.example.com": { origin: [`https://${a}`, `https://${b}:8443`], binding: "TWO" },
    "other.example.com": { origin: `https://${b}:8443`, binding: "TWO" },
  });
  const groups = entriesByOrigin(mapping);
  expect([...groups.keys()]).toEqual([a, b]);
  const others = { addresses: null, secret: null, token: null, also: [] };
  const policies = [...groups].map(([name, entries]) =>
    compilePolicy(name, entries, mapping, issuer, others),
  );
  expect(policies).toMatchObject([
    {
      originHostname: a,
      hostnames: ["two.example.com"],
      elsewhere: new Set(["other.example.com"]),
    },
    {
      originHostname: b,
      hostnames: ["two.example.com", "other.example.com"],
      elsewhere: new Set(),
    },
  ]);
});

it("a policy knows which of its hostnames the edge presents for, and on which level", () => {
  const origin = `https://${ORIGIN}`;
  const mapping = mappingOf({
    "a.example.com": { origin, level: "zone" },
    "*.b.example.com": { origin },
    "c.example.com": { origin, binding: "C" },
    "d.example.com": { origin: "https://d.example.com", level: "zone" },
  });
  const entries = entriesByOrigin(mapping).get(ORIGIN);
  if (entries === undefined) throw new Error("no entries");
  const others = { addresses: null, secret: null, token: null, also: [] };
  const { levels, hostnames } = compilePolicy(ORIGIN, entries, mapping, issuer, others);
  expect(hostnames).toHaveLength(3);
  expect([...levels]).toEqual([
    ["a.example.com", "zone"],
    ["*.b.example.com", "hostname"],
  ]);
});
