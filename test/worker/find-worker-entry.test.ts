import { expect, test } from "vitest";
import type { Hostname } from "../../shared/hostname.ts";
import { createWorkerEntryFinder } from "../../worker/find-worker-entry.ts";
import { loadMapping } from "../../worker/load-mapping.ts";
import { mapping } from "./fixture/mapping.ts";

const find = createWorkerEntryFinder(loadMapping("the fixture's mapping", mapping));

test.each([
  ["shop.example.com", "PULL_CERT_SHOP"],
  ["any.tenant.example.com", "PULL_CERT_BLOG"],
  ["unmapped.example.com", undefined],
  ["edge.example.com", undefined],
])("%s is presented for with %s", (hostname, binding) => {
  expect(find(hostname as Hostname)?.present.binding).toBe(binding);
});
