import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { originPull as middleware } from "../../worker/hono.ts";
import { originPull as handler } from "../../worker/worker.ts";
import { mapping } from "./fixture/mapping.ts";

vi.mock("cloudflare:workers", () => ({ WorkerEntrypoint: Object }));

const cache = {
  match: vi.fn<(key: Request | string) => unknown>(),
  put: vi.fn<() => unknown>(),
};
const pulled: Request[] = [];
let answerOfOrigin = (): Response | Promise<Response> => new Response("from the origin");
beforeEach(() => {
  vi.stubGlobal("caches", { default: cache });
  vi.spyOn(console, "log").mockReturnValue(undefined);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  cache.match.mockReset();
  cache.put.mockReset();
  pulled.length = 0;
  answerOfOrigin = (): Response => new Response("from the origin");
});

const binding = {
  fetch: async (url: string, init: RequestInit): Promise<Response> => {
    pulled.push(new Request(url, init));
    // Node's has no such member; workerd's is null where there is no WebSocket.
    return Object.assign(await answerOfOrigin(), { webSocket: null });
  },
};
const env = { PULL_CERT_SHOP: binding, PULL_CERT_BLOG: binding, ONLY_A_TEXT: "no Fetcher" };
const waiting: Promise<unknown>[] = [];
const ctx = {
  waitUntil: (promise: Promise<unknown>) => void waiting.push(promise),
  passThroughOnException: () => undefined,
} as unknown as ExecutionContext;

/** What an existing Worker answers itself, under any hostname. */
const app = new Hono()
  .use(async (c, next) => {
    await next();
    const { originPull } = c.var;
    if (originPull !== undefined)
      c.header("Pulled-For", `${originPull.hostname} ${originPull.entry}`);
  })
  .get("/own", (c) => c.text("its own"))
  .use(middleware(mapping))
  .all("*", (c) => c.text("whatever is left"));

const wrapped = handler<typeof env>(mapping, () => new Response("whatever is left"));

type Ask = (url: string, init?: RequestInit) => Promise<Response>;
const AS: readonly [string, Ask][] = [
  ["Hono middleware", async (url, init) => app.request(url, init, env, ctx)],
  ["a fetch handler", async (url, init) => wrapped(new Request(url, init) as never, env, ctx)],
];

describe.each(AS)("as %s", (_how, ask) => {
  test.each([
    ["lost", "whose binding is not there", 503],
    ["text", "whose binding is no Fetcher", 503],
  ])("%s, %s, is never left to others", async (name, _what, status) => {
    const answer = await ask(`https://${name}.example.com/`);
    expect([answer.status, pulled.length]).toEqual([status, 0]);
    expect(await answer.text()).not.toContain("left");
  });

  test.each([
    ["a refusal", () => new Response(null, { status: 403, headers: { "Pull-Refusal": "a" } })],
    ["no answer", async () => Promise.reject(new Error("Network connection lost."))],
  ])("%s of the origin is 502, and never left to others", async (_what, answers) => {
    answerOfOrigin = answers;
    const answer = await ask("https://shop.example.com/", { method: "POST" });
    expect(answer.status).toBe(502);
    expect(pulled).toHaveLength(1);
  });

  test("a bug of its own is a 500, and never left to others", async () => {
    vi.stubGlobal("caches", undefined);
    const answer = await ask("https://shop.example.com/");
    expect([answer.status, pulled.length]).toEqual([500, 0]);
  });

  test.each(["unmapped.example.com", "edge.example.com", "[::1]", "one.two.tenant.example.com"])(
    "%s is left to others, with nothing pulled",
    async (hostname) => {
      const answer = await ask(`https://${hostname}/`);
      expect(await answer.text()).toBe("whatever is left");
      expect(answer.headers.has("Pulled-For")).toBe(false);
      expect(pulled).toEqual([]);
    },
  );

  test("a mapped hostname is pulled from its origin, redirects not followed", async () => {
    const answer = await ask("https://SHOP.example.com./a/b?c=d");
    expect(await answer.text()).toBe("from the origin");
    expect(pulled).toMatchObject([
      { url: "https://origin-shop.example.net/a/b?c=d", redirect: "manual" },
    ]);
  });

  test("what the cache has is not pulled, but for the health path", async () => {
    cache.match.mockImplementation(() => new Response("from the cache"));
    const answer = await ask("https://shop.example.com/");
    expect(await answer.text()).toBe("from the cache");
    expect(pulled).toEqual([]);
    expect(await (await ask("https://shop.example.com/up")).text()).toBe("from the origin");
  });

  test("a HEAD with Range asks the cache for the whole: Range is for GET", async () => {
    cache.match.mockImplementation(() => new Response("from the cache"));
    const headers = { Range: "bytes=0-1", "If-None-Match": '"1"' };
    for (const method of ["HEAD", "GET"])
      await ask("https://shop.example.com/", { method, headers });
    const asked = cache.match.mock.calls.map(([request]) => [...(request as Request).headers]);
    expect(asked).toEqual([
      [["if-none-match", '"1"']],
      [
        ["if-none-match", '"1"'],
        ["range", "bytes=0-1"],
      ],
    ]);
  });

  test("what asks for a token of Access is pulled each time, and never stored", async () => {
    cache.match.mockImplementation(() => new Response("from the cache"));
    answerOfOrigin = (): Response =>
      new Response("from the origin", { headers: { "Cache-Control": "max-age=60" } });
    const answer = await ask("https://staff.example.com/");
    expect(await answer.text()).toBe("from the origin");
    await Promise.all(waiting);
    expect(cache.match).not.toHaveBeenCalled();
    expect(cache.put).not.toHaveBeenCalled();
  });

  test.each([
    ["nothing else", {}, 2],
    ["a header that names another method", { X_HTTP_Method_Override: "DELETE" }, 1],
  ])(
    "a GET with %s that was answered by nobody is pulled %o %i times",
    async (_what, more, times) => {
      answerOfOrigin = async () => Promise.reject(new Error("Network connection lost."));
      const answer = await ask("https://shop.example.com/", { headers: more });
      expect([answer.status, pulled.length]).toEqual([502, times]);
    },
  );

  test("what may be stored is stored behind the answer", async () => {
    answerOfOrigin = (): Response =>
      new Response(null, { status: 204, headers: { "Cache-Control": "max-age=60" } });
    expect((await ask("https://blog.example.com/stored")).status).toBe(204);
    await Promise.all(waiting);
    expect(cache.put).toHaveBeenCalledWith("https://blog.example.com/stored", expect.anything());
  });
});

describe("an existing application", () => {
  test("keeps the routes that stand before it, under a mapped hostname too", async () => {
    const answer = await app.request("https://shop.example.com/own", {}, env, ctx);
    expect(await answer.text()).toBe("its own");
    expect(answer.headers.has("Pulled-For")).toBe(false);
  });

  test("reads whose pull it was, the wildcard's name included", async () => {
    const answer = await app.request("https://a.tenant.example.com/", {}, env, ctx);
    expect(answer.headers.get("Pulled-For")).toBe("a.tenant.example.com *.tenant.example.com");
  });
});

test("without another handler, what is not mapped is answered 421", async () => {
  const answer = await handler<typeof env>(mapping)(
    new Request("https://unmapped.example.com/") as never,
    env,
    ctx,
  );
  expect(answer.status).toBe(421);
});

test.each([middleware, handler])(
  "a mapping that does not parse is said while it starts",
  (make) => {
    expect(() => make({ version: 1, hosts: {} })).toThrow(/mapping\.json.*\n.*issuers[^]*Next: /);
  },
);
