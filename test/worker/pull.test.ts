import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Hostname } from "../../shared/hostname.ts";
import { createWorkerEntryFinder, type WorkerEntry } from "../../worker/find-worker-entry.ts";
import { loadMapping } from "../../worker/load-mapping.ts";
import { parsePublicUrl, type PublicUrl } from "../../worker/public-url.ts";
import { createPuller } from "../../worker/pull.ts";
import { createPull } from "../../worker/pull-entrypoint.ts";
import { readVisit } from "../../worker/visit.ts";
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

/** A body that breaks off as soon as its pull is stopped, as the runtime has it. */
function slowBody(signal: AbortSignal) {
  let to = undefined as unknown as ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => void (to = controller),
  });
  signal.addEventListener("abort", () => to.error(signal.reason));
  const say = (text: string) => to.enqueue(new TextEncoder().encode(text));
  return { body, say, end: () => to.close() };
}

describe("the deadline is one of the response headers:", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(console, "log").mockImplementation(() => undefined);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test.each([
    ["one origin", "hasty.example.com", "PULL_CERT_HASTY", null],
    ["two origins", "two-0.example.com", "PULL_CERT_TWO_0", null],
    ["two origins, of which one is lost", "two-1.example.com", "PULL_CERT_TWO_1", "two-a"],
  ])(
    "a body that streams for longer arrives whole, and no timer is left (%s)",
    async (_, hostname, binding, lost) => {
      const bodies: ReturnType<typeof slowBody>[] = [];
      const fetch = async (url: string, { signal }: { signal: AbortSignal }) => {
        if (lost !== null && url.includes(lost)) throw new Error("connection lost");
        const slow = slowBody(signal);
        bodies.push(slow);
        // As the runtime answers where there is no WebSocket.
        return Object.assign(new Response(slow.body), { webSocket: null });
      };
      const find = createWorkerEntryFinder(loadMapping("the fixture's mapping", mapping));
      const request = new Request(`https://${hostname}/`);
      const visit = readVisit(request, parsePublicUrl(request.url) as PublicUrl);
      const entry = find(hostname as Hostname) as WorkerEntry;
      const answer = await createPuller()(visit, entry, { [binding]: { fetch } });
      expect([answer.status, bodies.length, vi.getTimerCount()]).toEqual([200, 1, 0]);
      const [slow] = bodies;
      slow?.say("the first of it, ");
      vi.advanceTimersByTime(2 * 1_000 * entry.present.deadlineSeconds);
      slow?.say("and the rest");
      slow?.end();
      expect(await answer.text()).toBe("the first of it, and the rest");
    },
  );
});
