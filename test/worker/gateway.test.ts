import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createGateway, type PullBy } from "../../worker/gateway.ts";
import { loadMapping } from "../../worker/load-mapping.ts";
import { mapping } from "./fixture/mapping.ts";

const loaded = loadMapping("the fixture's mapping", mapping);
const log = vi.fn<(line: string) => void>();
beforeEach(() => {
  vi.stubGlobal("caches", { default: { match: async () => undefined } });
  vi.spyOn(console, "log").mockImplementation(log);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  log.mockReset();
});

const answer = (): Response =>
  Object.assign(new Response("from the application"), { webSocket: null });
const binding = vi.fn<() => Promise<Response>>(async () => answer());
const entrypoint = vi.fn<() => Promise<Response>>(async () => answer());
const Pull = vi.fn<(options: object) => object>(() => ({ fetch: entrypoint }));
beforeEach(() => {
  for (const mock of [binding, entrypoint, Pull]) mock.mockClear();
});

async function visit(hostname: string, pullBy?: PullBy): Promise<Response> {
  const env = { PULL_CERT_SHOP: { fetch: binding } } as unknown as Cloudflare.Env;
  const ctx = { waitUntil: vi.fn<() => void>(), exports: { Pull } } as unknown as ExecutionContext;
  return await createGateway(loaded, pullBy).fetch(new Request(`https://${hostname}/`), env, ctx);
}

test.each(["gateway", "entrypoint"] as const)(
  "a hostname without an entry is answered 421, and nobody is asked, where the pull is the %s's",
  async (pullBy) => {
    expect((await visit("unmapped.example.com", pullBy)).status).toBe(421);
    expect(binding).not.toHaveBeenCalled();
    expect(Pull).not.toHaveBeenCalled();
  },
);

test("the gateway pulls by itself, through no entrypoint", async () => {
  expect(await (await visit("shop.example.com")).text()).toBe("from the application");
  expect(binding).toHaveBeenCalledTimes(1);
  expect(Pull).not.toHaveBeenCalled();
});

test("told so, it asks the entrypoint, keyed by the hostname in its one written form, and pulls nothing itself", async () => {
  const answered = await visit("SHOP.example.com.", "entrypoint");
  expect(await answered.text()).toBe("from the application");
  expect(Pull).toHaveBeenCalledExactlyOnceWith({ props: { hostname: "shop.example.com" } });
  expect(entrypoint).toHaveBeenCalledTimes(1);
  expect(binding).not.toHaveBeenCalled();
});

test("an entrypoint that throws is a 500 with an id, and a line in the log", async () => {
  entrypoint.mockRejectedValueOnce(new Error("no such entrypoint"));
  const answered = await visit("shop.example.com", "entrypoint");
  expect(answered.status).toBe(500);
  expect(await answered.text()).not.toContain("entrypoint");
  expect(log.mock.lastCall?.[0]).toContain('"cause":"unexpected"');
});
