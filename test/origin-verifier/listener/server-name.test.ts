import * as fc from "fast-check";
import { expect, it } from "vitest";
import { readServerName } from "../../../origin-verifier/listener/server-name.ts";
import type { Trust } from "../../../origin-verifier/trust/trust.ts";
import { parseHostname, type Hostname } from "../../../shared/hostname.ts";

const served = ["origin-shop.example.net", "origin-blog.example.net"] as Hostname[];
const origins = new Map(served.map((name) => [name, {}])) as unknown as Trust["origins"];

it.each([
  ["origin-shop.example.net", "origin-shop.example.net"],
  ["ORIGIN-shop.Example.NET.", "origin-shop.example.net"],
  ["origin-other.example.net", "origin-other.example.net"],
  ["127.0.0.1", null],
  ["__proto__", null],
  ["", null],
])("%j is %s", (written, hostname) => {
  expect(readServerName(written, origins)).toBe(hostname);
});

it("is what the parser says of every name", () => {
  const name = fc.oneof(
    fc.domain(),
    fc.string(),
    fc.constantFrom(...served),
    fc.mixedCase(fc.constantFrom(...served)),
  );
  fc.assert(
    fc.property(name, (written) => {
      expect(readServerName(written, origins)).toBe(parseHostname(written));
    }),
  );
});
