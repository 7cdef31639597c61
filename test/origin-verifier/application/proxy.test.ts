import { afterEach, describe, expect, it, test } from "vitest";
import type { RawAnswer, RawConnection } from "../../support/raw-application.ts";
import { READER } from "../../support/reader.ts";
import { head, startProxyWorld, type ProxyWorld } from "../../support/http-world.ts";
import { values } from "../../support/strict-reader.ts";

let world: ProxyWorld;
afterEach(() => world.close());

const answers =
  (bytes: string): RawAnswer =>
  (_, { socket }) =>
    void socket.write(bytes, "latin1");

/** What a peer gets of an application that answers like this, and how the connection ends. */
async function answerTo(bytes: string, answer: RawAnswer, options = {}) {
  world = await startProxyWorld({ answer, ...options });
  const pull = await world.pull();
  pull.send(bytes);
  return pull;
}

describe("the answer of an application", () => {
  const fine = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";

  test.each([
    ["a status below 100", "HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n"],
    ["no status", "HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n"],
    ["no HTTP", "SSH-2.0-OpenSSH\r\n\r\n"],
    ["101, unasked", "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"],
    ["101, and names no protocol", "HTTP/1.1 101 X\r\nContent-Length: 0\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nfine!"],
    ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: 4x\r\n\r\nfine"],
    [
      "a length and chunks",
      `HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ],
    [
      "a coding below the chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a coding alone", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"],
    ["a header line without a name", "HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 0\r\n\r\n"],
    ["a header with a NUL", "HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"],
    ["a reason with a control character", "HTTP/1.1 200 O\u0001K\r\nContent-Length: 0\r\n\r\n"],
    ["a head without an end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(200_000)}`],
  ])("that is %s is a 502", async (_, bytes) => {
    const pull = await answerTo(head("GET /"), answers(bytes));
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 502, body: "" }]);
    expect(pull.answers()[0]?.headers.has("pull-refusal")).toBe(true);
    expect(await world.world.nextRefusal()).toMatchObject({ reason: "application-unreachable" });
  });

  it("that ends before it began is a 502", async () => {
    const pull = await answerTo(head("GET /"), (_, { socket }) => void socket.end());
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 502 }]);
  });

  it("that does not come in time is a 504", async () => {
    const pull = await answerTo(head("GET /"), () => {}, { limits: { applicationMs: 100 } });
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 504 }]);
    expect(await world.world.nextRefusal()).toMatchObject({ reason: "application-timeout" });
  });

  test.each([
    ["by its length", "Content-Length: 10\r\n\r\nhalf "],
    ["by chunks", "Transfer-Encoding: chunked\r\n\r\n5\r\nhalf \r\n"],
    ["in the middle of a chunk", "Transfer-Encoding: chunked\r\n\r\nff\r\nhalf "],
  ])("that is cut off %s is cut off for the peer, too", async (_, rest) => {
    for (const cut of ["end", "resetAndDestroy"] as const) {
      const pull = await answerTo(head("GET /"), (_request, { socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\n${rest}`, () => socket[cut]());
      });
      await pull.ended;
      const [answer, ...more] = pull.answers();
      expect(answer).toMatchObject({ status: 200, complete: false });
      expect(more).toEqual([]);
      await world.close();
    }
    world = await startProxyWorld();
  });

  test.each(["fast", "node"] as const)(
    "that ends with its connection is cut off where that is reset, by the %s reader",
    async (reader) => {
      const half = "HTTP/1.1 200 OK\r\nCache-Control: max-age=99\r\n\r\nhalf";
      const reset: RawAnswer = (_request, { socket }) =>
        void socket.write(half, () => setTimeout(() => socket.resetAndDestroy(), 20));
      const pull = await answerTo(head("GET /"), reset, { reader });
      await pull.ended;
      expect(pull.answers()).toMatchObject([{ status: 200, body: "half", complete: false }]);
    },
  );

  it("that stops in its midst is cut off when the application has had its time", async () => {
    const half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf ";
    const pull = await answerTo(head("GET /"), answers(half), { limits: { applicationMs: 100 } });
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 200, body: "half ", complete: false }]);
  });

  it("whose chunks break in the middle is cut off, and the next request is not answered by the rest", async () => {
    const broken = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nno chunk\r\n";
    const pull = await answerTo(head("GET /1") + head("GET /2"), answers(broken));
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ body: "half", complete: false }]);
    expect(world.application.requests().map(({ target }) => target)).toEqual(["/1"]);
  });

  it("may end with its connection", async () => {
    const pull = await answerTo(head("GET /"), (_, { socket }) => {
      socket.end("HTTP/1.0 200 OK\r\n\r\nfine");
    });
    await pull.answered(1);
    expect(pull.answers()).toMatchObject([{ status: 200, body: "fine" }]);
  });

  it("may come after any number of others that are none", async () => {
    const early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(3);
    const pull = await answerTo(
      head("GET /"),
      answers(`HTTP/1.1 100 Continue\r\n\r\n${early}${fine}`),
    );
    expect(await pull.answered(1)).toMatchObject([{ status: 200, body: "fine" }]);
  });

  test.each([
    ["204", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["304", "HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"],
    ["304 with the length of what is not sent", "HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n"],
  ])("may be a %s, which ends with its head", async (_, bytes) => {
    const pull = await answerTo(head("GET /"), answers(bytes));
    await pull.answered(1);
    pull.send(head("GET /"));
    expect(await pull.answered(2)).toHaveLength(2);
  });

  it("tells no length of a 204, which a lenient peer would read from the next answer", async () => {
    const pull = await answerTo(
      head("GET /"),
      answers("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nX-Kept: 1\r\n\r\n"),
    );
    const [answer] = await pull.answered(1);
    expect(answer?.headers.has("content-length")).toBe(false);
    expect(answer?.headers.get("x-kept")).toEqual(["1"]);
  });

  it("to HEAD ends with its head, whatever length it tells", async () => {
    const bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
    const pull = await answerTo(head("HEAD /"), answers(bytes));
    await pull.until((text) => text.endsWith("\r\n\r\n"));
    pull.send(head("HEAD /"));
    await pull.until(
      (text) => text.match(/HTTP\/1\.1 200/g)?.length === 2 && text.endsWith("\r\n\r\n"),
    );
    expect(pull.answers("HEAD", "HEAD")).toMatchObject([{ body: "" }, { body: "" }]);
  });

  it("with a body where none may be answers no other request", async () => {
    const bytes = [
      "HTTP/1.1 204 No Content\r\nContent-Length: 60\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen",
    ].join("");
    const pull = await answerTo(head("GET /1"), ({ target }, { socket }) => {
      socket.write(target === "/1" ? bytes : fine);
    });
    await pull.answered(1).catch(() => {});
    const other = await world.pull();
    other.send(head("GET /2"));
    expect(await other.answered(1)).toMatchObject([{ body: "fine" }]);
  });

  it("keeps its own Pull-Refusal to itself", async () => {
    const bytes =
      "HTTP/1.1 403 Forbidden\r\nPull-Refusal: abcdefgh\r\npull-refusal: x\r\nContent-Length: 0\r\n\r\n";
    const pull = await answerTo(head("GET /"), answers(bytes));
    const [answer] = await pull.answered(1);
    expect(answer?.status).toBe(403);
    expect(answer?.headers.has("pull-refusal")).toBe(false);
  });

  it("loses its trailers, and keeps its two cookies and its date", async () => {
    const pull = await answerTo(
      head("GET /"),
      answers(
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n" +
          "Trailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\nX-T: 1\r\n\r\n",
      ),
    );
    const [answer] = await pull.answered(1);
    expect(answer?.body).toBe("fine");
    expect(answer?.headers.get("date")).toEqual(["Thu, 01 Jan 1970 00:00:00 GMT"]);
    expect(answer?.headers.get("set-cookie")).toEqual(["a", "b"]);
    expect(pull.text().toLowerCase()).not.toContain("x-t");
  });

  it("may have more header lines than Node reads by itself, and 100 KB of them", async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => `X-${at}: ${"x".repeat(20)}\r\n`);
    const bytes = `HTTP/1.1 200 OK\r\n${lines.join("")}Content-Length: 4\r\n\r\nfine`;
    const pull = await answerTo(head("GET /"), answers(bytes));
    const [answer] = await pull.answered(1);
    expect(answer?.headers.size).toBeGreaterThanOrEqual(3_000);
  });
});

describe("an answer that comes before the body", () => {
  const large = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge";
  const early =
    (close: boolean): RawAnswer =>
    ({ target }, { socket }: RawConnection) => {
      if (target !== "/upload") return;
      if (close) socket.end(large);
      else socket.write(large);
    };
  const body = "x".repeat(3_000_000);

  for (const close of [false, true]) {
    it(`is the peer's at once, and the next request stands behind the rest (${close ? "the application closes" : "the application reads on"})`, async () => {
      world = await startProxyWorld({
        onHead: early(close),
        answer: ({ target }, { socket }) => {
          if (target === "/next") socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
        },
      });
      const pull = await world.pull();
      pull.send(head("POST /upload", `Content-Length: ${2 * body.length}`) + body);
      expect(await pull.answered(1)).toMatchObject([{ status: 413, body: "large" }]);
      pull.send(body + head("GET /next"));
      expect((await pull.answered(2))[1]).toMatchObject({ status: 200, body: "next" });
    });
  }
});

/** Waits until three others, one after the other, have been given up: with more time than this one was given. */
async function threeAreGivenUp(bytes: string): Promise<void> {
  for (const _ of "123") {
    const other = await world.pull();
    other.send(bytes);
    await other.until((text) => /^HTTP\/1\.1 (?:408|504) /.test(text));
    other.destroy();
  }
}

describe("a body", () => {
  it("whose sender leaves in the middle never ends as if it were whole", async () => {
    for (const framing of ["Content-Length: 10", "Transfer-Encoding: chunked"]) {
      for (const leave of ["reset", "destroy"] as const) {
        world = await startProxyWorld();
        const pull = await world.pull();
        const sent = framing.startsWith("C") ? "half " : "5\r\nhalf \r\n";
        pull.send(head("POST /", framing) + sent);
        await world.application.until(() => world.application.requests()[0]?.body === "half ");
        pull[leave]();
        await world.application.until(() => world.application.connections[0]?.closed === true);
        expect(world.application.requests()).toMatchObject([{ complete: false }]);
        expect(world.application.connections).toHaveLength(1);
        await world.close();
      }
    }
    world = await startProxyWorld();
  });

  it("whose sender stops in the middle is given up, with a 408", async () => {
    const options = { limits: { bodyIdleMs: 100 } };
    const pull = await answerTo(`${head("POST /", "Content-Length: 10")}half `, () => {}, options);
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 408 }]);
    await world.application.until(() => world.application.connections[0]?.closed === true);
    expect(world.application.requests()).toMatchObject([{ complete: false }]);
  });

  it("that the application reads slowly is not given up", async () => {
    let connection: RawConnection | undefined;
    world = await startProxyWorld({
      limits: { bodyIdleMs: 250 },
      onHead: ({ target }, its) => {
        if (target === "/stops") return;
        connection = its;
        its.socket.pause();
      },
    });
    const pull = await world.pull();
    const body = "x".repeat(20_000_000);
    pull.send(head("POST /", `Content-Length: ${body.length}`) + body);
    await world.application.until(() => connection !== undefined);
    await threeAreGivenUp(`${head("POST /stops", "Content-Length: 10")}half `);
    connection?.socket.resume();
    expect(await pull.answered(1)).toMatchObject([{ status: 200 }]);
  });

  it("of a request that is refused does not reach the application, however it comes", async () => {
    world = await startProxyWorld();
    for (const framing of ["Content-Length: 5", "Transfer-Encoding: chunked"]) {
      const pull = await world.pull();
      pull.send(`${head("POST /", framing, "Expect: 200-ok")}1\r\na\r\n0\r\n\r\n`);
      await pull.ended;
      expect(pull.answers()[0]?.status).toBe(417);
    }
    expect(world.application.connections).toEqual([]);
  });
});

test.each(["fast", "node"] as const)(
  "a request without a body never has chunks, whatever its method, by the %s reader",
  async (reader) => {
    world = await startProxyWorld({ reader });
    const without = ["GET", "HEAD", "DELETE", "OPTIONS"];
    const said = ["POST", "PUT", "PATCH", "MKCOL", "COPY", "MOVE", "PROPFIND", "UNLOCK", "PURGE"];
    for (const method of [...without, ...said]) {
      const pull = await world.pull();
      pull.send(head(`${method} /${method}`, "Connection: close"));
      await pull.ended;
    }
    const framing = world.application
      .requests()
      .map(({ target, headers }) => [
        target.slice(1),
        ...values(headers, "content-length"),
        ...values(headers, "transfer-encoding"),
      ]);
    expect(framing).toEqual([
      ...without.map((method) => [method]),
      ...said.map((method) => [method, "0"]),
    ]);
  },
);

/** Answers the first request of each connection, and resets it at the second; and at `/never`. */
const onSecond: RawAnswer = ({ target }, { socket }, count) => {
  if (count > 1 || target === "/never") socket.resetAndDestroy();
  else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
};

/** The status of the second request of a connection, and how often the application saw it. */
async function second(bytes: string, target: string, reader = READER) {
  world = await startProxyWorld({ answer: onSecond, reader });
  const pull = await world.pull();
  pull.send(head("GET /first"));
  await pull.answered(1);
  pull.send(bytes);
  await pull.until((text) => text.match(/HTTP\/1\.1 \d/g)?.length === 2);
  const seen = world.application.requests().filter((request) => request.target === target);
  return {
    status: pull.answers("GET", bytes.split(" ")[0] as string)[1]?.status,
    seen: seen.length,
  };
}

describe("a kept connection that the application has just closed", () => {
  test.each(["GET", "HEAD", "OPTIONS"])(
    "is no matter for %s: it is asked again, once",
    async (method) => {
      expect(await second(head(`${method} /again`), "/again")).toEqual({ status: 200, seen: 2 });
      await world.close();
      expect(await second(head(`${method} /never`), "/never")).toEqual({ status: 502, seen: 2 });
    },
  );

  // Of other methods Node's parser takes care, with connections of its own.
  test.each(["POST", "PUT", "DELETE", "PATCH", ...(READER === "node" ? ["PROPFIND"] : [])])(
    "is a 502 for %s, which is never sent twice",
    async (method) => {
      expect(await second(head(`${method} /once`), "/once")).toEqual({ status: 502, seen: 1 });
    },
  );

  it("is no matter where more than one was kept: the second attempt is made on a fresh one", async () => {
    world = await startProxyWorld({ answer: onSecond });
    const [one, two] = [await world.pull(), await world.pull()];
    one.send(head("GET /1"));
    two.send(head("GET /2"));
    await Promise.all([one.answered(1), two.answered(1)]);
    expect(world.application.connections).toHaveLength(2);
    one.send(head("GET /again"));
    expect((await one.answered(2))[1]).toMatchObject({ status: 200 });
    expect(world.application.connections).toHaveLength(3);
  });

  it("is a 502 for what has a body, whatever the method", async () => {
    const bytes = `${head("OPTIONS /once", "Content-Length: 1")}a`;
    expect(await second(bytes, "/once")).toEqual({ status: 502, seen: 1 });
  });

  test.each(
    (["fast", "node"] as const).flatMap((reader) => [
      ["half a head", reader, "HTTP/1.1 200 OK\r\nX-Part"] as const,
      ["a 103", reader, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"] as const,
    ]),
  )(
    "is a 502 where %s had come: the application has read the pull (the %s reader)",
    async (_, reader, part) => {
      world = await startProxyWorld({
        reader,
        answer: (_request, { socket }, count) => {
          if (count === 1) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          else socket.end(part);
        },
      });
      const pull = await world.pull();
      pull.send(head("GET /first"));
      await pull.answered(1);
      pull.send(head("GET /begun"));
      await pull.until((text) => text.match(/HTTP\/1\.1 \d/g)?.length === 2);
      expect(pull.answers().map(({ status }) => status)).toEqual([200, 502]);
      const seen = world.application.requests().filter(({ target }) => target === "/begun");
      expect(seen).toHaveLength(1);
    },
  );

  test.each(
    (["fast", "node"] as const).flatMap((reader) =>
      [
        "X-HTTP-Method",
        "X-HTTP-Method-Override",
        "x_http_method.override",
        "X-METHOD_OVERRIDE",
      ].map((name) => [name, reader] as const),
    ),
  )(
    "is a 502 with %s, by which an application may do anything on a GET (the %s reader)",
    async (name, reader) => {
      const bytes = head("GET /once", `${name}: DELETE`);
      expect(await second(bytes, "/once", reader)).toEqual({ status: 502, seen: 1 });
    },
  );

  it("is no reason to ask twice where the connection was a fresh one", async () => {
    world = await startProxyWorld({ answer: onSecond });
    const pull = await world.pull();
    pull.send(head("GET /never"));
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 502 }]);
    expect(world.application.requests()).toHaveLength(1);
  });

  it("ends no process, whenever it is reset", async () => {
    world = await startProxyWorld({
      answer: (_, { socket }) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", () =>
          socket.resetAndDestroy(),
        );
      },
    });
    for (let at = 0; at < 50; at += 1) {
      const pull = await world.pull();
      pull.send(head("GET /"));
      await pull.until((text) => text.startsWith("HTTP/1.1 "));
      pull.destroy();
    }
    expect(world.application.requests()).toHaveLength(50);
  });
});

describe("a peer that reads slowly", () => {
  it("holds the application back, and gets all of it", async () => {
    const size = 20_000_000;
    let connection: RawConnection | undefined;
    world = await startProxyWorld({
      limits: { applicationMs: 300 },
      answer: ({ target }, its) => {
        if (target === "/silent") return;
        connection = its;
        its.socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
        its.socket.write(Buffer.alloc(size, "x"));
      },
    });
    const pull = await world.pull();
    pull.socket.pause();
    pull.send(head("GET /", "Connection: close"));
    await world.application.until(() => connection !== undefined);
    // It is not the application that is waited for.
    await threeAreGivenUp(head("GET /silent"));
    expect(connection?.socket.writableLength).toBeGreaterThan(0);
    expect(connection?.closed).toBe(false);
    pull.socket.resume();
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 200, complete: true }]);
  });

  it("and never goes on is given up, and the application with it", async () => {
    let connection: RawConnection | undefined;
    world = await startProxyWorld({
      limits: { applicationMs: 300 },
      answer: (_, its) => {
        connection = its;
        its.socket.write("HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n");
        its.socket.write(Buffer.alloc(20_000_000, "x"));
      },
    });
    const pull = await world.pull();
    pull.socket.pause();
    pull.send(head("GET /"));
    await world.application.until(() => connection?.closed === true);
    pull.socket.resume();
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ complete: false }]);
  });
});
