import { expect, it } from "vitest";
import type { PolicyFacts } from "../../../origin-verifier/judge/policy.ts";
import { servedHostnames } from "../../../origin-verifier/observations/served-hostnames.ts";
import type { OriginFacts } from "../../../origin-verifier/trust/trust.ts";
import type { HostPattern, Hostname } from "../../../shared/hostname.ts";

const [a, b] = ["origin-a.test", "origin-b.test"] as [Hostname, Hostname];

function at(...hostnames: string[]): OriginFacts {
  return { policy: { hostnames } as unknown as PolicyFacts } as OriginFacts;
}

it("tells of a hostname once, with each of its origins that is served here", () => {
  const origins = new Map([
    [a, at("two.test", "one.test")],
    [b, at("two.test", "other.test")],
  ]);
  const told = servedHostnames({ origins }).map(({ hostname, originHostnames }) => [
    hostname,
    originHostnames,
  ]);
  expect(told).toEqual([
    ["two.test" as HostPattern, [a, b]],
    ["one.test", [a]],
    ["other.test", [b]],
  ]);
});
