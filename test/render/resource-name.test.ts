import { assert, property } from "fast-check";
import { expect, it } from "vitest";
import { resourceName } from "../../cli/render/gateway-api/resource-name.ts";
import type { Hostname } from "../../shared/hostname.ts";
import { HOSTNAME } from "./any-facts.ts";

const name = (hostname: string): string => resourceName(hostname as Hostname);

it("is one label, with its endings", () => {
  assert(
    property(HOSTNAME, (hostname) => {
      expect(`${name(hostname)}-issuer`).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/);
    }),
  );
});

it("is another for every other hostname", () => {
  const long = "a".repeat(60);
  const pairs = [
    ["a-b.example", "a.b.example"],
    ["a--b.example", "a-b.example"],
    [`${long}.b.example`, `${long}.c.example`],
    [`${long}.b-c.example`, `${long}.b.c.example`],
  ] as const;
  for (const [one, other] of pairs) expect(name(one)).not.toBe(name(other));
  assert(
    property(HOSTNAME, HOSTNAME, (one, other) => {
      expect(name(one) === name(other)).toBe(one === other);
    }),
  );
});
