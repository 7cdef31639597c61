import { describe, expect, it } from "vitest";
import type { LockFacts } from "../../../origin-verifier/judge/policy.ts";
import type { Trust } from "../../../origin-verifier/trust/trust.ts";
import { mergeTrust } from "../../../origin-verifier/workers/merge-trust.ts";
import { fingerprint, madeUpTrust, type MadeUpOrigin } from "../../support/made-up-trust.ts";

const ORIGIN = "origin-shop.example.net";
const SHOP = "shop.example.com";
const listed = (...fingerprints: readonly number[]): MadeUpOrigin => ({
  hostnames: [SHOP],
  accepts: fingerprints.map((n) => fingerprint(n)),
});
const issued = (...names: readonly string[]): MadeUpOrigin => ({
  hostnames: [SHOP],
  accepts: { names },
});
const shared: MadeUpOrigin = { hostnames: [SHOP], accepts: "shared" };
const of = (origin: MadeUpOrigin) => madeUpTrust({ [ORIGIN]: origin });
const until = (reportUntil?: number) =>
  of({ ...listed(1), ...(reportUntil === undefined ? {} : { reportUntil }) });
const accepted = (one: MadeUpOrigin, other: MadeUpOrigin): readonly string[] => {
  const [merged] = [...mergeTrust([of(one), of(other)]).origins.values()];
  const accepts = merged?.policy.accepts;
  switch (accepts?.by) {
    case "fingerprint":
      return [...accepts.fingerprints];
    case "issuer":
      return [...accepts.names];
    case "shared":
      return ["anybody's"];
    case undefined:
      return ["no such hostname"];
  }
};

describe("what several processes accept", () => {
  it.each([
    ["the same list", listed(1, 2), listed(1, 2), [fingerprint(1), fingerprint(2)]],
    ["one knows a certificate more", listed(1, 2), listed(1), [fingerprint(1)]],
    ["they have none in common", listed(1), listed(2), []],
    ["the same names", issued("a.example"), issued("a.example"), ["a.example"]],
    ["one knows a name more", issued("a.example", "b.example"), issued("b.example"), ["b.example"]],
    ["one has a list and the other names", listed(1), issued("a.example"), []],
    ["Cloudflare's shared certificate", shared, shared, ["anybody's"]],
    ["one takes the shared one, and the other its own", shared, listed(1), []],
    ["another hostname", listed(1), { ...listed(1), hostnames: ["x"] }, ["no such hostname"]],
  ])("is what all of them do: %s", (_name, one, other, expected) => {
    expect(accepted(one, other)).toEqual(expected);
    expect(accepted(other, one)).toEqual(expected);
  });

  it("is nothing where their issuers differ", () => {
    const other = of(listed(1));
    const origin = other.origins.get(ORIGIN as never);
    Object.assign(origin?.policy ?? {}, { issuer: "another" });
    const [merged] = [...mergeTrust([of(listed(1)), other]).origins.values()];
    expect(merged?.policy.accepts).toEqual({ by: "fingerprint", fingerprints: new Set() });
  });

  it.each([
    ["both report, until the first ends", 5, 9, 5],
    ["one enforces", 5, undefined, null],
    ["both enforce", undefined, undefined, null],
  ])("lets through in report mode what all of them do: %s", (_name, one, other, expected) => {
    const [merged] = [...mergeTrust([until(one), until(other)]).origins.values()];
    expect(merged?.policy.reportUntil).toBe(expected);
  });
});

const endingIn = (days: number) =>
  madeUpTrust(
    { [ORIGIN]: { ...listed(1), originNotAfter: days } },
    { issuerNotAfter: 4, revocationUntil: days },
  );

describe("the rest of what they decide with", () => {
  it("has the generation of the one that is behind, and of two mappings the digest of neither", () => {
    const behind = { ...of(listed(1)), generation: 2 };
    const ahead = { ...of(listed(1)), generation: 7, mappingDigest: "cd".repeat(32) };
    const merged = mergeTrust([ahead, behind]);
    expect(merged.generation).toBe(2);
    expect(merged.mappingDigest).toMatch(/^[0-9a-f]{64}$/);
    expect([behind.mappingDigest, ahead.mappingDigest]).not.toContain(merged.mappingDigest);
    expect(mergeTrust([behind, ahead]).mappingDigest).toBe(merged.mappingDigest);
    expect(mergeTrust([behind, behind, behind])).toMatchObject({
      generation: 2,
      mappingDigest: behind.mappingDigest,
    });
  });

  it("ends when the first ends, and every issuer's certificate is told of once", () => {
    const merged = mergeTrust([endingIn(9), endingIn(3)]);
    expect([...merged.origins.values()][0]?.certificate.notAfter).toBe(3);
    const [issuer] = [...merged.issuers.values()];
    expect(issuer?.revocationUntil).toBe(3);
    expect(issuer?.issuer.certificates).toHaveLength(1);
  });
});

const locksOf = (one: readonly LockFacts[], other: readonly LockFacts[]) => {
  const [first, second] = [one, other].map((also) => of({ ...listed(1), also })) as [Trust, Trust];
  return [...mergeTrust([first, second]).origins.values()][0]?.policy.also;
};

describe("the locks beside the certificate", () => {
  const access = { lock: "access", team: "acme", audiences: [], keys: 2, file: "a.json" } as const;

  it("are those that any of them asks for: a pull without one may be refused", () => {
    const header = { lock: "header", secrets: 1 } as const;
    const young = { ...access, fetched: 2 };
    expect(locksOf([header], [young])).toEqual([header, young]);
    expect(locksOf([], [header])).toEqual([header]);
  });

  it("are told with the older of two files, and before it with one that does not say", () => {
    for (const fetched of [1, null]) {
      const [old, young] = [
        { ...access, fetched },
        { ...access, fetched: 2 },
      ];
      expect(locksOf([old], [young])).toEqual([old]);
      expect(locksOf([young], [old])).toEqual([old]);
    }
  });
});
