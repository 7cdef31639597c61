import { assert, constantFrom, integer, oneof, property, stringMatching } from "fast-check";
import { expect, it } from "vitest";
import {
  below,
  excludedHostnames,
  hostPattern,
  identityPatterns,
  namedHostnames,
} from "../../cli/render/patterns.ts";
import type { HostPattern, Hostname } from "../../shared/hostname.ts";
import { canonicalHeaderName, isIdentityHeader } from "../../shared/wire.ts";
import { origin } from "./made-up-facts.ts";

const SECONDS = integer({ min: 1_000_000_000, max: 9_999_999_999 });

it("the digits below a number are those of the numbers below it", () => {
  assert(
    property(SECONDS, SECONDS, (limit, now) => {
      expect(new RegExp(`^${below(limit)}$`).test(String(now))).toBe(now < limit);
    }),
    { numRuns: 2_000 },
  );
  for (const limit of [1_000_000_000, 1_800_000_000, 1_799_999_999, 9_999_999_999])
    for (const now of [limit - 1, limit, limit + 1].filter((n) => String(n).length === 10))
      expect(new RegExp(`^${below(limit)}$`).test(String(now))).toBe(now < limit);
});

it("nothing is below the beginning of time", () => {
  expect(new RegExp(`^${below(0)}$`).test("0000000000")).toBe(false);
  expect(new RegExp(`^${below(Number.NEGATIVE_INFINITY)}$`).test("1000000000")).toBe(false);
});

it("a wildcard stands for one label", () => {
  const pattern = new RegExp(`^${hostPattern("*.tenant.example.com" as HostPattern)}$`);
  expect(pattern.test("a.tenant.example.com")).toBe(true);
  for (const no of [
    "tenant.example.com",
    "a.b.tenant.example.com",
    "-.tenant.example.com",
    "atenant.example.com",
    "a.tenantxexample.com",
  ])
    expect(pattern.test(no)).toBe(false);
});

it("another origin's exact hostname is kept from a wildcard, and nothing else is", () => {
  const facts = origin("tenant", {
    hostnames: ["*.tenant.example.com" as HostPattern],
    elsewhere: [
      "own.tenant.example.com",
      "shop.example.com",
      "*.own.tenant.example.com",
    ] as Hostname[],
  });
  expect(excludedHostnames(facts)).toEqual(["own.tenant.example.com"]);
});

it("where the edge presents for one of several, nobody names any, nor one below a wildcard of the Worker's", () => {
  const [all, edge, one] = [
    "*.tenant.example.com",
    "edge.tenant.example.com",
    "tenant.example.com",
  ] as unknown as readonly [HostPattern, Hostname, Hostname];
  const ofWorkers = origin("tenant", { hostnames: [all, edge, one], byEdge: [] });
  expect(namedHostnames(ofWorkers)).toEqual([all, edge, one]);
  for (const byEdge of [[edge], [all, one]]) {
    const mixed = origin("tenant", { hostnames: [all, edge, one], byEdge });
    expect(namedHostnames(mixed)).toEqual([]);
    expect(excludedHostnames(mixed)).toEqual([]);
  }
});

it("the patterns of names that claim who somebody is take what the verifier takes, in any separator", () => {
  const patterns = identityPatterns().map((source) => new RegExp(source));
  const name = oneof(
    constantFrom(
      "x-pull-hostname",
      "X_Pull_Verdict",
      "client.cert",
      "ssl-client-s-dn",
      "x-forwarded-for",
      "x-client-info",
      "cf-ray",
      "Cf-Access-Jwt-Assertion",
      "cf_access_jwt.assertion",
      "accept",
      "remote_user",
      "X-Client-Sha256-Fingerprint",
      "x-clientcert",
      "x-client-s-dn",
    ),
    stringMatching(/^[xX]?[-_.]?(?:client|ssl|forwarded|real)[-_.](?:cert|ip|for|user)$/),
    stringMatching(/^[A-Za-z0-9_.~-]{1,20}$/),
  );
  assert(
    property(name, (text) => {
      const folded = text.toLowerCase();
      const isToken = canonicalHeaderName(text) === "cf-access-jwt-assertion";
      expect(patterns.some((pattern) => pattern.test(folded))).toBe(
        isToken || isIdentityHeader(text),
      );
    }),
    { numRuns: 2_000 },
  );
});
