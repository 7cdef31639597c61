import { expect, test } from "vitest";
import { createEntryFinder } from "../../shared/find-entry.ts";
import type { Hostname } from "../../shared/hostname.ts";
import { parseMapping } from "../../shared/mapping.ts";
import { entry, mapping } from "./written-mapping.ts";

const hosts = ["*.example.com", "shop.example.com", "*.b.example.com", "constructor", "b.test"];
const result = parseMapping(mapping(Object.fromEntries(hosts.map((key) => [key, entry()]))));
if (!result.ok) throw new Error("the mapping of these tests does not parse");
const find = createEntryFinder(result.value);

test.each([
  ["example.com", undefined],
  ["com", undefined],
  ["a.shop.example.com", undefined],
  ["a.a.b.example.com", undefined],
  ["a.b.test", undefined],
  ["tostring", undefined],
  ["__proto__", undefined],
  ["shop.example.com", "shop.example.com"],
  ["other.example.com", "*.example.com"],
  ["b.example.com", "*.example.com"],
  ["a.b.example.com", "*.b.example.com"],
  ["constructor", "constructor"],
  ["b.test", "b.test"],
])("%s is found under %s", (hostname, pattern) => {
  expect(find(hostname as Hostname)?.hostname).toBe(pattern);
});
