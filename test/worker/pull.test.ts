import { describe, expect, test, vi } from "vitest";
import { loadMapping } from "../../worker/load-mapping.ts";
import { createPull } from "../../worker/pull-entrypoint.ts";
import { mapping } from "./fixture/mapping.ts";

vi.mock("cloudflare:workers", () => ({
  WorkerEntrypoint: class {
    readonly ctx: unknown;
    readonly env: unknown;
    constructor(ctx: unknown, env: unknown) {
      this.ctx = ctx;
      this.env = env;
    }
  },
}));

// What the gateway never asks for, and whoever is put between the two one day might.
describe("the Pull entrypoint by itself answers 421, and has no pull made,", () => {
  test.each([
    ["for the props of one hostname and the URL of another", "blog.example.com"],
    ["for an unmapped hostname", "unmapped.example.com"],
    ["for one that the edge presents for", "edge.example.com"],
    ["for props that name none", "not a hostname"],
  ])("%s", async (_what, hostname) => {
    const fetch = vi.fn<() => Promise<Response>>();
    const env = {
      PULL_CERT_SHOP: { fetch },
      PULL_CERT_BLOG: { fetch },
    } as unknown as Cloudflare.Env;
    const Pull = createPull(loadMapping("the fixture's mapping", mapping));
    const ctx = { props: { hostname } } as unknown as ConstructorParameters<typeof Pull>[0];
    const answer = await new Pull(ctx, env).fetch(new Request("https://shop.example.com/"));
    expect(answer.status).toBe(421);
    expect(fetch).not.toHaveBeenCalled();
  });
});
