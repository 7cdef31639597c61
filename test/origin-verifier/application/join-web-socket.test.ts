import { createHash } from "node:crypto";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, test, vi } from "vitest";
import {
  head,
  startProxyWorld,
  type ProxyWorld,
  webSocketHead,
  WEB_SOCKET_KEY,
} from "../../support/http-world.ts";
import type { RawAnswer } from "../../support/raw-application.ts";
import { values } from "../../support/strict-reader.ts";

let world: ProxyWorld;
afterEach(() => world.close());

const ACCEPT = createHash("sha1")
  .update(`${WEB_SOCKET_KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  .digest("base64");

const HANDSHAKE = webSocketHead();

const switching = (...lines: readonly string[]) =>
  ["HTTP/1.1 101 Switching Protocols", ...lines, "", ""].join("\r\n");
const ACCEPTED = switching(
  "Connection: Upgrade",
  "Upgrade: websocket",
  `Sec-WebSocket-Accept: ${ACCEPT}`,
);

const says =
  (bytes: string): RawAnswer =>
  (_, { socket }) =>
    void socket.write(bytes, "latin1");

/** What a peer gets that asks for a WebSocket of an application that answers like this. */
async function ask(answer: RawAnswer, options = {}) {
  world = await startProxyWorld({ answer, ...options });
  const pull = await world.pull();
  pull.send(HANDSHAKE);
  return pull;
}

describe("the two sockets are joined", () => {
  it("after the application's 101, with the bytes that came right behind it", async () => {
    const pull = await ask(says(`${ACCEPTED}first`));
    await pull.until((text) => text.endsWith("first"));
    const [connection] = world.application.connections;
    pull.send("to the application");
    await world.application.until(() => connection?.bytes.endsWith("to the application") === true);
    connection?.socket.write("to the peer");
    expect(await pull.until((text) => text.endsWith("to the peer"))).toContain("firstto the peer");
  });

  it("and what the peer says of a next request is bytes, that nobody takes for one", async () => {
    const pull = await ask(says(ACCEPTED));
    await pull.until((text) => text.endsWith("\r\n\r\n"));
    const { requests } = world.application;
    pull.send(head("GET /smuggled", "X-Pull-Hostname: blog.example.com"));
    const [connection] = world.application.connections;
    await world.application.until(() => connection?.bytes.includes("/smuggled") === true);
    expect(world.application.connections).toHaveLength(1);
    expect(connection?.bytes.match(/X-Pull-Verdict/g)).toHaveLength(1);
    expect(requests().length).toBeGreaterThan(0);
    pull.destroy();
  });

  for (const [who, other] of [
    ["the peer", "the application"],
    ["the application", "the peer"],
  ] as const) {
    for (const how of ["ends", "resets"] as const) {
      it(`until ${who} ${how} it: ${other} sees the end`, async () => {
        const pull = await ask(says(ACCEPTED));
        await pull.until((text) => text.endsWith("\r\n\r\n"));
        const connection = world.application
          .connections[0] as (typeof world.application.connections)[0];
        if (who === "the peer") {
          if (how === "ends") pull.socket.end();
          else pull.reset();
          await world.application.until(() => connection.closed);
        } else {
          if (how === "ends") connection.socket.end();
          else connection.socket.resetAndDestroy();
          await pull.ended;
        }
        expect([pull.answers()[0]?.status, connection.answered]).toEqual([101, 1]);
      });
    }
  }

  it("and the last bytes before a clean end are through before it", async () => {
    // Of several sizes, that of one the last bytes are still on their way when the application has closed.
    for (let size = 3_500_000; size < 5_500_000; size += 100_000) {
      const pull = await ask((_, { socket }) => {
        socket.write(ACCEPTED);
        socket.end(Buffer.alloc(size, "x"));
      });
      pull.socket.pause();
      await world.application.until(() => (world.application.connections[0]?.answered ?? 0) > 0);
      for (let look = 0; look < 200; look += 1) await new Promise(setImmediate);
      pull.socket.resume();
      const text = await pull.ended;
      expect(text.length - text.indexOf("\r\n\r\n") - 4).toBe(size);
      await world.close();
    }
    world = await startProxyWorld();
  });

  it("for as long as both want: no limit of a request counts", async () => {
    const options = {
      limits: { applicationMs: 100, bodyIdleMs: 100, headersMs: 100, keepAliveMs: 100 },
    };
    const pull = await ask(({ target }, { socket }) => {
      if (target === "/socket") socket.write(ACCEPTED);
    }, options);
    await pull.until((text) => text.endsWith("\r\n\r\n"));
    // In the time in which others are given up, each for its own reason.
    const half = `${head("POST /", "Content-Length: 9")}half`;
    for (const bytes of [head("GET /silent"), half, "GET /never-whole HTTP/1.1\r\n"]) {
      const other = await world.pull();
      other.send(bytes);
      await other.ended;
    }
    pull.send("late");
    const [connection] = world.application.connections;
    await world.application.until(() => connection?.bytes.endsWith("late") === true);
    expect(pull.isEnded()).toBe(false);
  });
});

const SIZE = 32 * 1024 * 1024;
const SHORT = { applicationMs: 100 };

/** An application that has more to say than a network holds at `/much`, says the same and ends at `/last`, and nothing else. */
const muchToSay: RawAnswer = ({ target }, { socket }) => {
  socket.write(ACCEPTED);
  if (target === "/much") socket.write(Buffer.alloc(SIZE, "x"));
  if (target === "/last") socket.end(Buffer.alloc(SIZE, "x"));
};

/** A WebSocket to some target of this world's. */
async function opened(target: string) {
  const pull = await world.pull();
  pull.send(webSocketHead(`GET ${target}`));
  await pull.until((text) => text.includes("\r\n\r\n"));
  return pull;
}

const connectionTo = (target: string) =>
  world.application.connections.find(({ bytes }) => bytes.startsWith(`GET ${target} `));

describe("of the two sockets", () => {
  it("both end where the peer takes nothing of what waits for it, and an idle one stays", async () => {
    world = await startProxyWorld({ answer: muchToSay, limits: SHORT });
    const idle = await opened("/idle");
    const still = await opened("/much");
    still.socket.pause();
    await world.application.until(() => connectionTo("/much")?.closed === true);
    expect(idle.isEnded()).toBe(false);
    idle.send("late");
    await world.application.until(() => connectionTo("/idle")?.bytes.endsWith("late") === true);
  });

  test.each(["/much", "/last"])(
    "both end where it takes nothing and sends on, whether the application has ended or not (%s)",
    async (target) => {
      world = await startProxyWorld({ answer: muchToSay, limits: SHORT });
      const still = await opened(target);
      still.socket.pause();
      const pings = setInterval(() => still.send("ping"), 50);
      await still.ended;
      clearInterval(pings);
      await world.application.until(() => connectionTo(target)?.closed === true);
      expect(still.text().length).toBeLessThan(SIZE);
    },
  );

  it("both end where the application takes nothing", async () => {
    world = await startProxyWorld({ answer: muchToSay, limits: SHORT });
    const pull = await opened("/idle");
    connectionTo("/idle")?.socket.pause();
    pull.send("x".repeat(SIZE));
    await pull.ended;
    expect(connectionTo("/idle")?.bytes.length).toBeLessThan(SIZE);
  });

  it("none ends where a peer that reads slowly takes a little now and then", async () => {
    world = await startProxyWorld({ answer: muchToSay, limits: SHORT });
    const slow = await opened("/last");
    for (let taken = 0; taken < SIZE; taken += SIZE / 6) {
      slow.socket.pause();
      await sleep(500);
      slow.socket.resume();
      await slow.until((text) => text.length >= taken);
    }
    const text = await slow.ended;
    expect(text.length - text.indexOf("\r\n\r\n") - 4).toBe(SIZE);
  });

  it("each is asked by TCP now and then whether it is still there", async () => {
    const asked = vi.spyOn(Socket.prototype, "setKeepAlive");
    world = await startProxyWorld({ answer: muchToSay });
    const pull = await opened("/idle");
    const kept = asked.mock.contexts.filter((_, at) => asked.mock.calls[at]?.[1] === 60_000);
    asked.mockRestore();
    const ports = (kept as Socket[]).flatMap(({ localPort, remotePort }) => [
      localPort,
      remotePort,
    ]);
    expect(kept).toHaveLength(2);
    expect(ports).toEqual(
      expect.arrayContaining([connectionTo("/idle")?.socket.remotePort, pull.localPort]),
    );
  });
});

describe("the two sockets are not joined", () => {
  test.each([
    [
      "another key's Sec-WebSocket-Accept",
      switching(
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
      ),
    ],
    ["no Sec-WebSocket-Accept", switching("Connection: Upgrade", "Upgrade: websocket")],
    [
      "two of them",
      switching(
        "Connection: Upgrade",
        "Upgrade: websocket",
        `Sec-WebSocket-Accept: ${ACCEPT}`,
        `Sec-WebSocket-Accept: ${ACCEPT}`,
      ),
    ],
    [
      "another protocol",
      switching("Connection: Upgrade", "Upgrade: h2c", `Sec-WebSocket-Accept: ${ACCEPT}`),
    ],
    ["no Connection", switching("Upgrade: websocket", `Sec-WebSocket-Accept: ${ACCEPT}`)],
    [
      "a Connection that does not name it",
      switching("Connection: close", "Upgrade: websocket", `Sec-WebSocket-Accept: ${ACCEPT}`),
    ],
    ["no HTTP", "SSH-2.0-OpenSSH\r\n\r\n"],
  ])("where the application answers with %s", async (_, bytes) => {
    const pull = await ask(says(bytes));
    pull.send("early frames");
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 502, body: "" }]);
    expect(world.application.connections.map((each) => each.bytes.includes("early"))).toEqual([
      false,
    ]);
    expect(await world.world.nextRefusal()).toMatchObject({ reason: "application-unreachable" });
  });

  test.each([
    ["401", "HTTP/1.1 401 Unauthorized\r\nPull-Refusal: x\r\nContent-Length: 2\r\n\r\nno", "no"],
    [
      "200, as if nothing had been asked",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
      "no",
    ],
    ["204", "HTTP/1.1 204 No Content\r\n\r\n", ""],
  ])(
    "where the application answers %s, which is the peer's, and the end",
    async (_, bytes, body) => {
      const pull = await ask(says(bytes));
      pull.send(`early frames${head("GET /smuggled")}`);
      await pull.ended;
      const [answer, ...more] = pull.answers();
      expect(answer).toMatchObject({ body, complete: true });
      expect(answer?.status).toBe(Number(/ (\d{3}) /.exec(bytes)?.[1]));
      expect(answer?.headers.get("connection")).toEqual(["close"]);
      expect(answer?.headers.has("pull-refusal")).toBe(false);
      expect(more).toEqual([]);
      expect(world.application.connections.map((each) => each.bytes.includes("early"))).toEqual([
        false,
      ]);
      expect(world.application.requests().map(({ target }) => target)).toEqual(["/socket"]);
    },
  );

  it("and its body is not cut at the first full buffer", async () => {
    const body = "x".repeat(5_000_000);
    const answer = `HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const pull = await ask((_, { socket }) => void socket.write(answer));
    await pull.ended;
    const [answered] = pull.answers();
    expect(answered).toMatchObject({ status: 403, complete: true });
    expect(answered?.body.length).toBe(body.length);
  });

  it("where the application closes: 502", async () => {
    for (const close of ["end", "resetAndDestroy"] as const) {
      const pull = await ask((_, { socket }) => void socket[close]());
      await pull.ended;
      expect(pull.answers()).toMatchObject([{ status: 502 }]);
      await world.close();
    }
    world = await startProxyWorld();
  });

  it("where the application says nothing: 504", async () => {
    const pull = await ask(() => {}, { limits: { applicationMs: 100 } });
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 504 }]);
    await world.application.until(() => world.application.connections[0]?.closed === true);
  });

  it("where the application's answer is cut off: neither is the peer's whole", async () => {
    const half = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 10\r\n\r\nhalf ";
    const pull = await ask((_, { socket }) => void socket.write(half, () => socket.destroy()));
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 401, complete: false }]);
  });

  it("where the handshake is refused: the application hears nothing of it", async () => {
    world = await startProxyWorld({ answer: says(ACCEPTED) });
    const refused = [
      HANDSHAKE.replace("13", "12"),
      HANDSHAKE.replace("websocket\r\n", "h2c\r\n"),
      HANDSHAKE.replace("GET", "POST"),
      HANDSHAKE.replace(WEB_SOCKET_KEY, "short"),
      HANDSHAKE.replace("Connection: Upgrade\r\n", ""),
      HANDSHAKE.replace("origin-shop", "origin-blog"),
      `${HANDSHAKE}early`,
      HANDSHAKE.replace("\r\n\r\n", "\r\nContent-Length: 5\r\n\r\nhello"),
      HANDSHAKE.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ];
    for (const bytes of refused) {
      const pull = await world.pull();
      pull.send(bytes);
      pull.send(head("GET /behind"));
      await pull.ended;
      expect([400, 421]).toContain(pull.answers()[0]?.status);
      expect(pull.answers()).toHaveLength(1);
    }
    expect(world.application.connections).toEqual([]);
  });
});

describe("the application's handshake", () => {
  it("is one request, with its own Host and our identity alone", async () => {
    const pull = await ask(says(ACCEPTED));
    await pull.until((text) => text.endsWith("\r\n\r\n"));
    const [request] = world.application.requests();
    const all = (name: string) => values(request?.headers ?? [], name);
    expect(all("host")).toEqual(["origin-shop.example.net"]);
    expect(all("connection")).toEqual(["Upgrade"]);
    expect(all("upgrade")).toEqual(["websocket"]);
    expect(all("sec-websocket-key")).toEqual([WEB_SOCKET_KEY]);
    expect(all("x-pull-hostname")).toEqual(["shop.example.com"]);
    expect([...all("content-length"), ...all("transfer-encoding")]).toEqual([]);
    pull.destroy();
  });

  it("is answered with no more than a 101 says: no length, no Pull-Refusal, none of its connection's", async () => {
    const pull = await ask(
      says(
        switching(
          "Connection: Upgrade, X-Hop",
          "Upgrade: WebSocket",
          `Sec-WebSocket-Accept: ${ACCEPT}`,
          "Sec-WebSocket-Protocol: chat",
          "Content-Length: 100",
          "Pull-Refusal: abcdefgh",
          "X-Hop: 1",
        ),
      ),
    );
    await pull.until((text) => text.endsWith("\r\n\r\n"));
    const [answer] = pull.answers();
    expect([...(answer?.headers ?? [])]).toEqual([
      ["connection", ["Upgrade"]],
      ["upgrade", ["websocket"]],
      ["sec-websocket-accept", [ACCEPT]],
      ["sec-websocket-protocol", ["chat"]],
    ]);
    pull.destroy();
  });

  it("is not made on a connection that was kept, which may be closed in that moment", async () => {
    world = await startProxyWorld({
      answer: ({ target }, { socket }, count) => {
        if (count > 1) socket.resetAndDestroy();
        else if (target === "/socket") socket.write(ACCEPTED);
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      },
    });
    const pull = await world.pull();
    pull.send(head("GET /first"));
    await pull.answered(1);
    pull.send(HANDSHAKE);
    await pull.until((text) => text.endsWith("\r\n\r\n") && text.includes("HTTP/1.1 101"));
    expect(world.application.connections).toHaveLength(2);
    pull.destroy();
  });
});

it("a peer that is gone before the 101 is no fault of the application's", async () => {
  await ask(() => {});
  await world.application.until(() => world.application.requests().length > 0);
  await world.server.close(0);
  await world.application.until(() => world.application.connections[0]?.closed === true);
  for (let look = 0; look < 10; look += 1) await new Promise(setImmediate);
  expect(world.world.events.filter(({ event }) => event === "pull-refused")).toEqual([]);
});

it("a peer that is gone before the 101 leaves no connection to the application", async () => {
  const held: (() => void)[] = [];
  const pull = await ask((_, { socket }) => void held.push(() => socket.write(`${ACCEPTED}first`)));
  await world.application.until(() => held.length > 0);
  pull.reset();
  held[0]?.();
  await world.application.until(() => world.application.connections[0]?.closed === true);
  const next = await world.pull();
  next.send(HANDSHAKE);
  await world.application.until(() => held.length > 1);
  expect(next.isEnded()).toBe(false);
});
