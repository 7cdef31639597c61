import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, test } from "vitest";
import type { TLSSocket } from "node:tls";
import type { GuardedHandler } from "../../../origin-verifier/application/guard.ts";
import { head, startGuardWorld, type HttpWorld, webSocketHead } from "../../support/http-world.ts";

let world: HttpWorld;
afterEach(() => world.close());

/** Sends a head, and gives the request that the handler got. */
async function seen(bytes: string): Promise<IncomingMessage> {
  let came: IncomingMessage | undefined;
  world = await startGuardWorld((request, response) => {
    came = request;
    request.resume().on("end", () => response.end());
  });
  const pull = await world.pull();
  pull.send(bytes);
  await pull.answered(1);
  return came as IncomingMessage;
}

const socketHead = (...lines: readonly string[]) => webSocketHead("GET /socket", ...lines);

/** Whether the world still serves: a process that died would not. */
async function stillServes(): Promise<boolean> {
  const pull = await world.pull();
  pull.send(head("GET /fine", "Connection: close"));
  await pull.ended;
  return pull.answers()[0]?.body === "fine";
}

/** A handler for `/fine`, and this one for all else. */
const besides =
  (handler: GuardedHandler): GuardedHandler =>
  (request, response, pull) => {
    if (request.url === "/fine") response.end("fine");
    else return handler(request, response, pull);
  };

/** A handler has little time. */
const HASTY = { limits: { applicationMs: 100 } };

describe("in process, a request shows only what a proxied application would see", () => {
  const lies = [
    "X-Pull-Hostname: blog.example.com",
    "x_pull_hostname: blog.example.com",
    "X-Pull-Verdict: accepted",
    "Client-Cert: :MIIB:",
    "X-Forwarded-Host: blog.example.com",
    "Forwarded: for=203.0.113.7",
    "Connection: keep-alive, host, x-pull-fingerprint, x-hop",
    "X-Hop: 1",
    "TE: trailers",
    "Cookie: a=1",
    "Cookie: b=2",
  ];

  it("in headers, in headersDistinct and in rawHeaders", async () => {
    const { headers, headersDistinct, rawHeaders } = await seen(head("GET /", ...lies));
    const { fingerprint } = world.world.pki.shop;
    expect(headers).toEqual({
      host: "origin-shop.example.net",
      cookie: "a=1; b=2",
      "x-forwarded-host": "shop.example.com",
      "x-pull-hostname": "shop.example.com",
      "x-pull-fingerprint": fingerprint,
      "x-pull-verdict": "accepted",
    });
    expect({ ...headersDistinct }).toEqual({
      host: ["origin-shop.example.net"],
      cookie: ["a=1", "b=2"],
      "x-forwarded-host": ["shop.example.com"],
      "x-pull-hostname": ["shop.example.com"],
      "x-pull-fingerprint": [fingerprint],
      "x-pull-verdict": ["accepted"],
    });
    expect(rawHeaders.filter((_, at) => at % 2 === 0)).toEqual([
      "Host",
      "Cookie",
      "Cookie",
      "X-Forwarded-Host",
      "X-Pull-Hostname",
      "X-Pull-Fingerprint",
      "X-Pull-Verdict",
    ]);
  });

  it("with its framing, and the port of its own Host", async () => {
    const { headers } = await seen(`${head("DELETE /", "Transfer-Encoding: Chunked")}0\r\n\r\n`);
    expect(headers["transfer-encoding"]).toBe("chunked");
    expect(headers["content-length"]).toBeUndefined();
  });

  it("and no trailers", async () => {
    const body = "1\r\na\r\n0\r\nX-Pull-Hostname: blog.example.com\r\n\r\n";
    const request = await seen(`${head("POST /", "Transfer-Encoding: chunked")}${body}`);
    expect(request.trailers).toEqual({});
    expect(request.trailersDistinct).toEqual({});
    expect(request.rawTrailers).toEqual([]);
  });

  it("also where it was whole before its turn", async () => {
    const came: IncomingMessage[] = [];
    const answers: ServerResponse[] = [];
    world = await startGuardWorld((request, response) => {
      came.push(request);
      if (request.url === "/first") answers.push(response);
      else response.end();
    });
    const pull = await world.pull();
    const body = "1\r\na\r\n0\r\nX-Pull-Hostname: blog.example.com\r\n\r\n";
    pull.send(head("GET /first") + head("POST /", "Transfer-Encoding: chunked", ...lies) + body);
    await expect.poll(() => answers.length).toBe(1);
    answers[0]?.end();
    await pull.answered(2);
    const { headers, headersDistinct, rawHeaders, trailers } = came[1] as IncomingMessage;
    const seenNames = ["host", "cookie", "x-forwarded-host", "x-pull-hostname"];
    const ours = ["x-pull-fingerprint", "x-pull-verdict", "transfer-encoding"];
    expect(Object.keys(headers)).toEqual([...seenNames, ...ours]);
    expect(Object.keys(headersDistinct)).toEqual([...seenNames, ...ours]);
    expect(headers["x-pull-hostname"]).toBe("shop.example.com");
    expect(rawHeaders).not.toContain("blog.example.com");
    expect(trailers).toEqual({});
  });

  it("and no trailers before their end either", async () => {
    const early = Promise.withResolvers<readonly unknown[]>();
    world = await startGuardWorld((request, response) => {
      // A handler that looks for completeness, and not for the end.
      request.on("readable", () => {
        request.read();
        if (!request.complete) return;
        early.resolve([request.trailers, request.rawTrailers, request.trailersDistinct]);
        response.end();
      });
    });
    const pull = await world.pull();
    const body = "1\r\na\r\n0\r\nX-Pull-Hostname: blog.example.com\r\n\r\n";
    pull.send(`${head("POST /", "Transfer-Encoding: chunked")}${body}`);
    expect(await early.promise).toEqual([{}, [], {}]);
  });

  // Each is a property of every object, or a way to its prototype.
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"])(
    "and takes %s for a header name like any other",
    async (name) => {
      const { rawHeaders, headersDistinct } = await seen(head("GET /", `${name}: 1`, `${name}: 2`));
      expect(rawHeaders.filter((text) => text === name)).toHaveLength(2);
      expect(headersDistinct[name.toLowerCase()]).toEqual(["1", "2"]);
      expect(({} as Record<string, unknown>)["1"]).toBeUndefined();
    },
  );
});

describe("a handler cannot end the process", () => {
  const failures: readonly (readonly [string, GuardedHandler])[] = [
    [
      "that throws",
      () => {
        throw new Error("in the handler");
      },
    ],
    ["that rejects", () => Promise.reject(new Error("in the handler"))],
    [
      "that throws in the middle of its answer",
      (_, response) => {
        response.write("half");
        throw new Error("in the handler");
      },
    ],
    ["that destroys its answer", (_, response) => void response.destroy()],
    [
      "that destroys its answer with an error",
      (_, response) => void response.destroy(new Error("x")),
    ],
    ["that destroys its request", (request) => void request.destroy(new Error("x"))],
    ["that destroys the socket", (request) => void request.socket.destroy(new Error("x"))],
  ];

  test.each(failures)("%s", async (_, handler) => {
    world = await startGuardWorld(besides(handler));
    const pull = await world.pull();
    pull.send(head("POST /", "Content-Length: 5"));
    const text = await pull.ended;
    expect(pull.answers().filter(({ complete }) => complete)).toEqual([]);
    expect(text).not.toContain("in the handler");
    expect(await stillServes()).toBe(true);
  });

  it("that writes after its end", async () => {
    world = await startGuardWorld(
      besides((_, response) => {
        response.end("whole");
        response.write("more");
      }),
    );
    const pull = await world.pull();
    pull.send(head("GET /"));
    await pull.ended;
    expect(await stillServes()).toBe(true);
  });

  it("that never answers: the connection ends when nothing has moved for long enough", async () => {
    world = await startGuardWorld(
      besides(() => {}),
      undefined,
      HASTY,
    );
    const pull = await world.pull();
    pull.send(head("GET /"));
    expect(await pull.ended).toBe("");
    expect(await stillServes()).toBe(true);
  });

  it("that never answers, and has taken its own time off", async () => {
    world = await startGuardWorld(
      besides((_, response) => void response.setTimeout(0)),
      undefined,
      HASTY,
    );
    const pull = await world.pull();
    pull.send(head("GET /"));
    expect(await pull.ended).toBe("");
  });

  it("that answers a peer who reads nothing", async () => {
    const bytes = 64 * 1024 * 1024;
    let isOver = false;
    world = await startGuardWorld(
      besides((_, response) => {
        response.on("close", () => {
          isOver = true;
        });
        response.end(Buffer.alloc(bytes));
      }),
      undefined,
      HASTY,
    );
    const pull = await world.pull();
    pull.socket.pause();
    pull.send(head("GET /"));
    await expect.poll(() => isOver, { timeout: 5_000 }).toBe(true);
    pull.socket.resume();
    expect((await pull.ended).length).toBeLessThan(bytes);
    expect(await stillServes()).toBe(true);
  });

  it("that writes on and on to a peer who reads nothing", async () => {
    let isOver = false;
    world = await startGuardWorld(
      (_, response) => {
        response.write(Buffer.alloc(16 * 1024 * 1024));
        // Not ASCII: bytes and characters are not as many.
        const ticks = setInterval(() => response.write("data: tick é\n\n"), 100);
        response.on("close", () => {
          clearInterval(ticks);
          isOver = true;
        });
      },
      undefined,
      HASTY,
    );
    const pull = await world.pull();
    pull.socket.pause();
    pull.send(head("GET /"));
    await expect.poll(() => isOver, { timeout: 5_000 }).toBe(true);
  });

  it("but nothing is kept of one that has answered", async () => {
    const kept: WeakRef<object>[] = [];
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    world = await startGuardWorld(
      (request, response) => {
        kept.push(new WeakRef(request));
        response.end("fine");
      },
      undefined,
      HASTY,
    );
    const pull = await world.pull();
    pull.send(head("GET /"));
    await pull.answered(1);
    await expect
      .poll(() => {
        collect();
        return kept[0]?.deref() === undefined;
      })
      .toBe(true);
  });

  it("but one that answers is asked again, however long nobody asked", async () => {
    world = await startGuardWorld(
      besides(() => {}),
      undefined,
      HASTY,
    );
    const pull = await world.pull();
    pull.send(head("GET /fine"));
    await pull.answered(1);
    await pause(1_500);
    pull.send(head("GET /fine"));
    expect(await pull.answered(2)).toHaveLength(2);
  });

  it("that answers after its sender stopped, and was told so", async () => {
    const answers: ServerResponse[] = [];
    world = await startGuardWorld(
      besides((_, response) => void answers.push(response)),
      undefined,
      { limits: { bodyIdleMs: 100 } },
    );
    const pull = await world.pull();
    pull.send(`${head("POST /", "Content-Length: 5")}he`);
    await pull.until((text) => text.includes("408"));
    // All that a handler does with an answer that it believes to be its own.
    const [response] = answers as [ServerResponse];
    response.setHeader("X-Late", "1");
    response.writeHead(200, { "X-Late": "2" });
    response.write("late");
    response.end("later");
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 408, body: "", complete: true }]);
    expect(pull.text()).not.toContain("late");
    expect(await world.world.nextRefusal()).toMatchObject({
      reason: "request-timeout",
      hostname: "shop.example.com",
    });
    expect(await stillServes()).toBe(true);
  });

  it("that answers while its sender breaks the body", async () => {
    const answers: ServerResponse[] = [];
    world = await startGuardWorld(besides((_, response) => void answers.push(response)));
    const pull = await world.pull();
    pull.send(`${head("POST /", "Transfer-Encoding: chunked")}1\r\na\r\nno chunk\r\n`);
    await pull.until((text) => text.includes("400"));
    const [response] = answers as [ServerResponse];
    response.writeHead(200);
    response.end("late");
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 400, complete: true }]);
    expect(await stillServes()).toBe(true);
  });

  it("that still writes when its peer has gone, by a reset", async () => {
    const answers: ServerResponse[] = [];
    world = await startGuardWorld(besides((_, response) => void answers.push(response)));
    const pull = await world.pull();
    pull.send(head("GET /"));
    while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [response] = answers as [ServerResponse];
    response.write("half");
    pull.reset();
    await new Promise<void>((resolve) => response.on("close", resolve));
    response.write("more");
    response.end("end");
    expect(await stillServes()).toBe(true);
  });
});

describe("a WebSocket in process", () => {
  it("is not opened where the application takes none", async () => {
    world = await startGuardWorld(besides(() => {}));
    const pull = await world.pull();
    pull.send(socketHead());
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 400 }]);
  });

  it("reaches the handler with the accepted pull and the same headers", async () => {
    let came: IncomingMessage | undefined;
    world = await startGuardWorld(
      besides(() => {}),
      (request, socket, pull) => {
        came = request;
        socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${pull.hostname}`);
      },
    );
    const pull = await world.pull();
    pull.send(socketHead("X-Pull-Hostname: blog.example.com", "Client-Cert: x"));
    expect(await pull.ended).toContain("\r\n\r\nshop.example.com");
    expect(came?.headers).toEqual({
      host: "origin-shop.example.net",
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "x-forwarded-host": "shop.example.com",
      "x-pull-hostname": "shop.example.com",
      "x-pull-fingerprint": world.world.pki.shop.fingerprint,
      "x-pull-verdict": "accepted",
    });
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("in the handler");
      },
    ],
    ["rejects", () => Promise.reject(new Error("in the handler"))],
  ])("ends alone where its handler %s", async (_, webSocket) => {
    world = await startGuardWorld(
      besides(() => {}),
      webSocket,
    );
    const pull = await world.pull();
    pull.send(socketHead());
    expect(await pull.ended).toBe("");
    expect(await stillServes()).toBe(true);
  });

  it("is answered 504 where its handler never answers", async () => {
    const sockets: TLSSocket[] = [];
    world = await startGuardWorld(
      besides(() => {}),
      (_, socket) => void sockets.push(socket),
      { limits: { applicationMs: 200 } },
    );
    const pull = await world.pull();
    pull.send(socketHead());
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 504 }]);
    expect((await world.world.nextRefusal()).reason).toBe("application-timeout");
    // Too late, and nobody is hurt by it.
    sockets[0]?.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    expect(await stillServes()).toBe(true);
  });

  it("stays open where its handler has answered in time, however quiet it is then", async () => {
    world = await startGuardWorld(
      besides(() => {}),
      (_, socket) => {
        socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        setTimeout(() => socket.end("after its time"), 500);
      },
      { limits: { applicationMs: 200 } },
    );
    const pull = await world.pull();
    pull.send(socketHead());
    expect(await pull.ended).toMatch(/101[^]*after its time$/);
  });

  it("stays open where its handler listens for timers that it has taken off", async () => {
    let isOver = false;
    world = await startGuardWorld(
      besides(() => {}),
      (_, socket) => {
        socket.setTimeout(5_000);
        socket.on("timeout", () => socket.destroy());
        socket.on("close", () => {
          isOver = true;
        });
        socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        socket.setTimeout(0);
      },
      HASTY,
    );
    const pull = await world.pull();
    pull.send(socketHead());
    await pull.until((text) => text.includes("101"));
    // Longer than nothing may move on a connection that still speaks HTTP.
    await pause(1_500);
    expect(isOver).toBe(false);
  });

  it("ends alone where its peer resets it", async () => {
    let closed: Promise<void> | undefined;
    world = await startGuardWorld(
      besides(() => {}),
      (_, socket) => {
        closed = new Promise((resolve) => socket.on("close", resolve));
        socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        socket.resume();
      },
    );
    const pull = await world.pull();
    pull.send(socketHead());
    await pull.until((text) => text.includes("101"));
    pull.reset();
    await closed;
    expect(await stillServes()).toBe(true);
  });
});
