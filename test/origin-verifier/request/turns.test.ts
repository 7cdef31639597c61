import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, it } from "vitest";
import type { RawAnswer, RawConnection } from "../../support/raw-application.ts";
import {
  head,
  startProxyWorld,
  type HttpWorld,
  type ProxyWorld,
  webSocketHead,
} from "../../support/http-world.ts";
import { READER } from "../../support/reader.ts";
import { plainMapping } from "../../support/verifier-world.ts";

let world: ProxyWorld;
afterEach(() => world.close());

/** An application that answers when it is told to. */
function holding() {
  const held: (() => void)[] = [];
  const answer: RawAnswer = ({ target }, { socket }: RawConnection) => {
    held.push(() => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
    });
  };
  return { answer, held, release: () => held.shift()?.() };
}

const upgrade = (target: string) => webSocketHead(`GET ${target}`);

const targets = () => world.application.requests().map(({ target }) => target);

describe("the requests of one connection", () => {
  it("reach the application one at a time, and their answers come in their order", async () => {
    const { answer, held, release } = holding();
    world = await startProxyWorld({ answer });
    const pull = await world.pull();
    const asked = Array.from({ length: 100 }, (_, at) => `/${at}`);
    pull.send(asked.map((target) => head(`GET ${target}`)).join(""));
    for (const [at] of asked.entries()) {
      await world.application.until(() => held.length > 0);
      expect(targets().length).toBe(at + 1);
      release();
    }
    const answers = await pull.answered(100);
    expect(answers.map(({ body }) => body)).toEqual(asked);
    expect(targets()).toEqual(asked);
  });

  it("come to nothing behind a refused one, and those before it are answered", async () => {
    world = await startProxyWorld();
    const pull = await world.pull();
    const asked = Array.from({ length: 100 }, (_, at) => `/${at}`);
    const wrong = "GET /50 HTTP/1.1\r\nHost: origin-blog.example.net\r\n\r\n";
    pull.send(asked.map((target) => (target === "/50" ? wrong : head(`GET ${target}`))).join(""));
    await pull.ended;
    expect(pull.answers().map(({ status }) => status)).toEqual([
      ...Array.from({ length: 50 }, () => 200),
      421,
    ]);
    expect(targets()).toEqual(asked.slice(0, 50));
  });

  it("are judged when their turn comes, by the trust of that time", async () => {
    const { answer, held, release } = holding();
    world = await startProxyWorld({ answer });
    const pull = await world.pull();
    pull.send(head("GET /before") + head("GET /after"));
    await world.application.until(() => held.length > 0);
    const { blog } = world.world.pki;
    const mapping = plainMapping({ ...world.world.pki, shop: blog });
    await world.world.writeMapping(mapping);
    expect(await world.world.verifier.reload()).toMatchObject({ ok: true });
    release();
    await pull.ended;
    expect(pull.answers().map(({ status }) => status)).toEqual([200, 403]);
    expect(targets()).toEqual(["/before"]);
  });

  it("are not read faster than they are answered", async () => {
    let read = 0;
    const count = (): void => {
      read += 1;
    };
    subscribe("http.server.request.start", count);
    world = await startProxyWorld({
      answer: ({ target }, { socket }) => {
        if (target === "/other") socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      },
    });
    const pull = await world.pull();
    pull.send(head("GET /flood").repeat(200_000));
    // In the time in which somebody else is answered a hundred times, the flood is not taken in.
    const other = await world.pull();
    for (let asked = 1; asked <= 100; asked += 1) {
      other.send(head("GET /other"));
      await other.answered(asked);
    }
    unsubscribe("http.server.request.start", count);
    // The rest of it waits at its sender.
    expect(pull.socket.writableLength).toBeGreaterThan(0);
    if (READER === "fast") return;
    expect(read).toBeGreaterThan(100);
    expect(read).toBeLessThan(5_000);
  });
});

describe("an answer that is owed goes first", () => {
  const after = [
    ["what is no request", "NONE\r\n\r\n"],
    ["a header without a name", `${head("GET /").slice(0, -2)}: x\r\n\r\n`],
    ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a WebSocket", upgrade("/socket")],
    [
      "a CONNECT",
      "CONNECT origin-shop.example.net:443 HTTP/1.1\r\nHost: origin-shop.example.net\r\n\r\n",
    ],
    ["a broken body", `${head("POST /broken", "Transfer-Encoding: chunked")}5\r\nhelloX`],
  ] as const;

  for (const [what, bytes] of after) {
    it(`to ${what} behind it`, async () => {
      const { answer, held, release } = holding();
      world = await startProxyWorld({ answer });
      const pull = await world.pull();
      pull.send(head("GET /1") + head("GET /2") + bytes);
      for (const _ of "12") {
        await world.application.until(() => held.length > 0);
        expect(pull.answers().filter(({ status }) => status !== 200)).toEqual([]);
        release();
      }
      await pull.ended;
      const [one, two, last, ...more] = pull.answers();
      expect([one?.body, two?.body]).toEqual(["/1", "/2"]);
      expect(last?.status).toBeGreaterThanOrEqual(400);
      expect(last?.headers.has("pull-refusal")).toBe(true);
      expect(more).toEqual([]);
      expect(targets().slice(0, 2)).toEqual(["/1", "/2"]);
      for (const request of world.application.requests().slice(2))
        expect(request).toMatchObject({ target: "/broken", complete: false });
    });
  }

  it("and bytes after `Connection: close` take nothing from the last one", async () => {
    const { answer, held, release } = holding();
    world = await startProxyWorld({ answer });
    const pull = await world.pull();
    pull.send(`${head("GET /last", "Connection: close")}more`);
    await world.application.until(() => held.length > 0);
    release();
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 200, body: "/last", complete: true }]);
    // The fast reader does not look at them.
    if (READER === "fast") return;
    expect(await world.world.nextRefusal()).toMatchObject({
      reason: "malformed-request",
      status: null,
    });
  });
});

it("a body that breaks in the middle is answered in its place, and truncated for the application", async () => {
  const { answer } = holding();
  world = await startProxyWorld({ answer });
  const pull = await world.pull();
  pull.send(`${head("POST /broken", "Transfer-Encoding: chunked")}5\r\nhello\r\n`);
  await world.application.until(() => world.application.requests()[0]?.body === "hello");
  pull.send("no chunk\r\n");
  await pull.ended;
  expect(pull.answers()).toMatchObject([{ status: 400 }]);
  await world.application.until(() => world.application.connections[0]?.closed === true);
  expect(world.application.requests()).toMatchObject([{ target: "/broken", complete: false }]);
});

it("a body that breaks after its answer has begun ends the connection, and nothing is written into the answer", async () => {
  world = await startProxyWorld({
    onHead: (_, { socket }) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ");
    },
  });
  const pull = await world.pull();
  pull.send(`${head("POST /broken", "Transfer-Encoding: chunked")}5\r\nhello\r\n`);
  await pull.until((text) => text.endsWith("half "));
  pull.send("no chunk\r\n");
  await pull.ended;
  expect(pull.answers()).toMatchObject([{ status: 200, body: "half ", complete: false }]);
});

it("whoever goes on sending after a refusal still gets to read it", async () => {
  world = await startProxyWorld();
  const pull = await world.pull();
  pull.send("NONE\r\n\r\n");
  for (let at = 0; at < 20; at += 1) pull.send(`more ${"x".repeat(1_000)}\r\n`);
  await pull.ended;
  expect(pull.answers()).toMatchObject([{ status: 400 }]);
  expect(pull.failed()).toBe(false);
});

it("a body that breaks after the whole answer ends the connection, and nothing is written behind the answer", async () => {
  world = await startProxyWorld({
    onHead: (_, { socket }) => {
      socket.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    },
  });
  const pull = await world.pull();
  pull.send(`${head("POST /large", "Transfer-Encoding: chunked")}5\r\nhello\r\n`);
  await pull.answered(1);
  pull.send("no chunk\r\n");
  await pull.ended;
  expect(pull.answers()).toMatchObject([{ status: 413 }]);
  expect(await world.world.nextRefusal()).toMatchObject({
    reason: "malformed-request",
    status: null,
  });
});

describe("of a peer that is gone", () => {
  it("nothing reaches the application any more, whatever it had sent", async () => {
    const { answer, held, release } = holding();
    world = await startProxyWorld({ answer });
    const pull = await world.pull();
    pull.send(head("GET /1") + head("GET /2") + head("GET /3"));
    await world.application.until(() => held.length > 0);
    pull.reset();
    release();
    while (world.server.connectionCount() > 0) await new Promise(setImmediate);
    const other = await world.pull();
    other.send(head("GET /other"));
    await world.application.until(() => held.length > 0);
    release();
    await other.answered(1);
    expect(targets()).toEqual(["/1", "/other"]);
    const accepted = world.world.events.filter(({ event }) => event === "pull-accepted");
    expect(accepted).toHaveLength(2);
  });

  it("the application learns while it still thinks, also of the last of several requests", async () => {
    const { answer, held, release } = holding();
    world = await startProxyWorld({ answer });
    const pull = await world.pull();
    pull.send(head("GET /1") + head("GET /2"));
    await world.application.until(() => held.length > 0);
    release();
    await world.application.until(() => held.length > 0);
    pull.destroy();
    await world.application.until(() => world.application.connections[0]?.closed === true);
    expect(targets()).toEqual(["/1", "/2"]);
  });
});

it("a connection may become a WebSocket after requests that were answered", async () => {
  world = await startProxyWorld({
    answer: ({ target }, { socket }) => {
      const refused = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
      const fine = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
      socket.write(target === "/socket" ? refused : fine);
    },
  });
  const pull = await world.pull();
  pull.send(head("GET /1"));
  await pull.answered(1);
  pull.send(upgrade("/socket"));
  await pull.ended;
  expect(pull.answers().map(({ status }) => status)).toEqual([200, 401]);
});

describe.each(["fast", "node"] as const)("with the %s reader", (reader) => {
  it.each([
    // Each ends another connection, on which nothing is owed: then all of them have been looked over.
    ["while others are looked over", "GET /late HTTP/1.1\r\n", () => undefined],
    ["while the listener is drained", "", (server: HttpWorld["server"]) => server.close(20_000)],
  ] as const)(
    "%s, a request that was answered early is not over before its body is: one status is all that is said to it",
    async (_, begun, then) => {
      world = await startProxyWorld({
        reader,
        limits: { headersMs: 500 },
        onHead: (_request, { socket }) => {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        },
      });
      const pull = await world.pull();
      pull.send(`${head("POST /early", "Transfer-Encoding: chunked")}5\r\nhello\r\n`);
      await pull.answered(1);
      const other = await world.pull();
      other.send(begun);
      const closed = then(world.server);
      await other.ended;
      expect(pull.isEnded()).toBe(false);
      pull.send("no chunk\r\n");
      expect((await pull.ended).match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
      const refusals = world.world.events.filter(({ event }) => event === "pull-refused");
      expect(refusals.at(-1)).toMatchObject({ reason: "malformed-request", status: null });
      await closed;
    },
  );
});
