import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { TWOS } from "./support/gateway-worker.ts";
import { useGatewayWorld } from "./support/gateway-world.ts";

const world = useGatewayWorld();

const [A, B] = ["origin-two-a.example.net", "origin-two-b.example.net"];

// A hostname for each test: what the Worker remembers of one test's origins is no matter of another's.
const unused = [...TWOS];
const nextHostname = (): string => unused.shift() ?? "none is left";

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** What the first origin does; the second answers. */
function firstDoes(handle: Handle): void {
  world.origin.handle = (request, response) => {
    if (request.headers.host === A) handle(request, response);
    else response.end("from the second");
  };
}

const hangUp: Handle = ({ socket }) => socket.destroy();
const answer =
  (status: number, headers: Record<string, string> = {}): Handle =>
  (_request, response) =>
    void response.writeHead(status, headers).end("from the first");

function askedHosts(): readonly (string | undefined)[] {
  return world.origin.pulls.map(({ host }) => host);
}

describe("a GET goes on to the second origin", () => {
  test.each([
    ["hangs up, twice", hangUp, [A, A, B], { cause: "network", status: null }],
    ["is not there for Cloudflare", answer(521), [A, B], { cause: "edge-status", status: 521 }],
    [
      "has no application",
      answer(502, { "Pull-Refusal": "r3fus4l-id" }),
      [A, B],
      { cause: "refused", status: 502, refusal: "r3fus4l-id" },
    ],
    ["is silent for its share of the deadline", () => undefined, [A, B], { cause: "share" }],
  ] as const)("where the first %s, with the same certificate", async (_, handle, asked, why) => {
    const hostname = nextHostname();
    firstDoes(handle);
    const got = await world.visit(hostname, "/");
    expect(got).toMatchObject({ status: 200, body: "from the second" });
    expect(askedHosts()).toEqual(asked);
    for (const pull of world.origin.pulls)
      expect(pull).toMatchObject({ certificate: "shop.example.com", sni: pull.host });
    const moved = (await world.logged()).filter(({ event }) => event === "pull-failed-over");
    expect(moved).toMatchObject([{ hostname, from: A, to: B, ...why }]);
    // Which origin answered is for the log alone.
    expect(JSON.stringify(got)).not.toContain("origin-two");
    expect(Object.keys(got.headers).toSorted()).toEqual(["connection", "content-length", "date"]);
  });
});

describe("whoever answers has answered:", () => {
  test.each([500, 502, 503, 504, 404])("the first one's own %i", async (status) => {
    const hostname = nextHostname();
    firstDoes(answer(status));
    expect(await world.visit(hostname, "/")).toMatchObject({ status, body: "from the first" });
    expect(askedHosts()).toEqual([A]);
  });

  test("and its verifier's refusal, which the log says what to think of", async () => {
    const hostname = nextHostname();
    firstDoes(answer(403, { "Pull-Refusal": "r3fus4l-id" }));
    for (const _ of [1, 2, 3]) expect((await world.visit(hostname, "/")).status).toBe(502);
    expect(askedHosts()).toEqual([A, A, A]);
    expect((await world.logged())[0]).toMatchObject({
      event: "pull-failed",
      cause: "refused",
      origin: A,
      attempts: 1,
      detail: expect.stringContaining("a rotation half done"),
    });
  });
});

test("a POST is made once: at the first, and at the second once the first is known to fail", async () => {
  const hostname = nextHostname();
  const ask = { method: "POST", body: "one order" };
  firstDoes(answer(502, { "Pull-Refusal": "r3fus4l-id" }));
  for (const asked of [[A], [A, A], [A, A, B]]) {
    await world.visit(hostname, "/orders", ask);
    expect(askedHosts()).toEqual(asked);
  }
  expect((await world.logged()).map(({ event }) => event)).toEqual([
    "pull-failed",
    "origin-failing",
    "pull-failed",
  ]);
});

test.each([
  ["breaks them off", "Transfer-Encoding: chunked", "4\r\npart\r\nno chunk\r\n"],
  ["sends them too slowly", "Content-Length: 100", "part"],
])(
  "a visitor who uploads and %s turns nobody away from an origin",
  async (_what, framing, part) => {
    const hostname = nextHostname();
    world.origin.handle = (request, response) => {
      request
        .on("error", () => undefined)
        .on("end", () => response.end())
        .resume();
    };
    for (const _ of [1, 2, 3]) {
      const socket = connect(Number(world.worker.url.port), world.worker.url.hostname);
      socket.write(`POST /upload HTTP/1.1\r\nHost: ${hostname}\r\n${framing}\r\n\r\n${part}`);
      const [head] = (await once(socket, "data")) as [Buffer];
      expect(head.toString()).toMatch(/^HTTP\/1\.1 50[24] /);
      socket.destroy();
    }
    await world.visit(hostname, "/");
    expect(new Set(askedHosts())).toEqual(new Set([A]));
    expect((await world.logged()).map(({ event }) => event)).toEqual(Array(3).fill("pull-failed"));
  },
);

test("where both fail it is one 502, and one id for all that the log says of it", async () => {
  world.origin.handle = hangUp;
  const got = await world.visit(nextHostname(), "/");
  expect(got.status).toBe(502);
  expect(askedHosts()).toEqual([A, A, B]);
  const lines = (await world.logged()).filter(({ id }) => id === got.headers["pull-failed"]);
  expect(lines).toMatchObject([
    { event: "pull-failed-over", from: A, to: B },
    { event: "pull-failed", origin: B, attempts: 3 },
  ]);
});

test("a WebSocket, too, goes to where somebody listens", async () => {
  const socket = new WebSocket(`ws://${world.worker.url.host}/chat`, {
    headers: { Host: "half.example.com" },
  });
  await once(socket, "open");
  expect(world.origin.pulls).toMatchObject([{ host: B, certificate: "shop.example.com" }]);
  socket.send("hello");
  const [echo] = (await once(socket, "message")) as [Buffer];
  expect(echo.toString()).toBe("hello");
  socket.close();
  await once(socket, "close");
});

test("without its binding nobody is asked, however many origins there are", async () => {
  expect((await world.visit("lost-two.example.com", "/")).status).toBe(503);
  expect(world.origin.pulls).toEqual([]);
  expect(await world.logged()).toMatchObject([{ cause: "binding-missing", attempts: 0 }]);
});

test("what the second answered is in the cache under the visitor's own URL", async () => {
  const hostname = nextHostname();
  world.origin.handle = (request, response) => {
    if (request.headers.host === A) request.socket.destroy();
    else response.writeHead(200, { "Cache-Control": "max-age=60" }).end("from the second");
  };
  await world.visit(hostname, "/kept");
  world.origin.handle = hangUp;
  await expect
    .poll(async () => (await world.visit(hostname, "/kept")).body)
    .toBe("from the second");
});
