import { beforeEach, expect, test, vi } from "vitest";

vi.mock("cloudflare:workers", () => ({ WorkerEntrypoint: Object }));

beforeEach(() => {
  vi.resetModules();
});

test("the Worker starts with the mapping that is committed, and has two entrypoints", async () => {
  const worker = await import("../../worker/index.ts");
  expect(Object.keys(worker).toSorted()).toEqual(["Pull", "default"]);
});

test("a mapping that does not parse stops the start, and so the upload", async () => {
  vi.doMock("../../mapping.json", () => ({ default: { version: 1, issuers: {}, hosts: {} } }));
  await expect(import("../../worker/index.ts")).rejects.toThrow(/^mapping\.json does not parse/);
  vi.doUnmock("../../mapping.json");
});
