import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import {
  head,
  startProxyWorld,
  type ProxyWorld,
  type ProxyWorldOptions,
} from "../../support/http-world.ts";
import type { Conversation } from "../../support/conversation.ts";
import { plainMapping, SHOP } from "../../support/verifier-world.ts";

let world: ProxyWorld;
/** Requests that Node's parser read. */
let byNode = 0;
const count = (): void => {
  byNode += 1;
};
beforeEach(() => {
  byNode = 0;
  subscribe("http.server.request.start", count);
});
afterEach(async () => {
  unsubscribe("http.server.request.start", count);
  await world.close();
});

async function start(options: ProxyWorldOptions = {}): Promise<void> {
  world = await startProxyWorld({ reader: "fast", ...options });
}

const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
const targets = (): readonly string[] => world.application.requests().map(({ target }) => target);

describe("what is handed over to Node's parser", () => {
  const odd = [
    ["an absolute target", head(`GET http://${SHOP}/odd`), 400],
    ["another hostname", head("GET /odd").replace("origin-shop", "origin-blog"), 421],
    ["a body on GET", `${head("GET /odd", "Content-Length: 4")}oddx`, 400],
    ["two lengths", head("POST /odd", "Content-Length: 0", "Content-Length: 0"), 400],
    ["a folded line", head("GET /odd", "X: a\r\n b"), 400],
    ["another Expect", head("GET /odd", "Expect: x"), 417],
    ["HTTP/1.0", head("GET /odd").replace("1.1", "1.0"), 505],
    ["TRACE", head("TRACE /odd"), 405],
    [
      "more header lines than are allowed",
      head("GET /odd", ...Array<string>(30).fill("X: y")),
      431,
    ],
    ["more bytes of it", head("GET /odd", `X: ${"y".repeat(5_000)}`), 431],
    ["no HTTP", "NONE\r\n\r\n", 400],
  ] as const;
  const limits = { headerLines: 20, headerBytes: 2_048 };

  test.each(odd)("is refused there: %s", async (_, bytes, status) => {
    await start({ limits });
    const first = await world.pull();
    first.send(bytes);
    await first.ended;
    expect(first.answers()).toMatchObject([{ status }]);
    // Behind others, in one packet and after their answers.
    const second = await world.pull();
    second.send(head("GET /1"));
    await second.answered(1);
    second.send(`${head("POST /2", "Transfer-Encoding: chunked")}${chunked("two")}${bytes}`);
    await second.ended;
    expect(second.answers().map((answer) => answer.status)).toEqual([200, 200, status]);
    expect(targets()).toEqual(["/1", "/2"]);
    expect(world.application.unframed()).toEqual([]);
  });

  const kept = [
    ["a method that the fast reader does not know", head("PROPFIND /odd")],
    ["an asterisk", head("OPTIONS *")],
    ["a Connection that nominates something", head("GET /odd", "Connection: x-a", "X-A: 1")],
    ["a Proxy-Connection", head("GET /odd", "Proxy-Connection: keep-alive")],
    ["an Expect", `${head("PUT /odd", "Expect: 100-continue", "Content-Length: 3")}odd`],
  ] as const;

  test.each(kept)("is answered there, and all that comes after it: %s", async (_, bytes) => {
    await start();
    const pull = await world.pull();
    const after = `${head("POST /after", "Content-Length: 5")}after`;
    pull.send(head("GET /before") + bytes + after + head("GET /end"));
    await pull.until((text) => text.endsWith("/end"));
    const [, odd_ = ""] = targets();
    const finals = pull.answers().filter((answer) => answer.status === 200);
    expect(finals.map(({ body }) => body)).toEqual(["/before", odd_, "/after", "/end"]);
    expect(targets()).toEqual(["/before", odd_, "/after", "/end"]);
    expect(world.application.requests()[2]?.body).toBe("after");
    expect(byNode).toBe(3);
  });

  it("is every byte once, wherever the packets end", async () => {
    await start();
    const stream =
      head("GET /1") +
      `${head("POST /2", "Transfer-Encoding: chunked")}3;a=b\r\ntwo\r\n0\r\nX: y\r\n\r\n` +
      `${head("PUT /3", "Content-Length: 5")}three` +
      head("GET /4", "Connection: X-A") +
      `${head("POST /5", "Content-Length: 4")}five` +
      head("GET /6");
    const bodies = ["", "two", "three", "", "five", ""];
    for (let cut = 1; cut < stream.length; cut += 7) {
      world.application.forget();
      const pull = await world.pull();
      pull.send(stream.slice(0, cut));
      await new Promise((resolve) => setImmediate(resolve));
      pull.send(stream.slice(cut));
      await pull.until((text) => text.endsWith("/6"));
      expect(pull.answers().map(({ body }) => body)).toEqual(["/1", "/2", "/3", "/4", "/5", "/6"]);
      pull.destroy();
      const seen = world.application
        .requests()
        .toSorted((a, b) => a.target.localeCompare(b.target));
      expect(seen.map(({ body }) => body)).toEqual(bodies);
      expect(seen.every(({ complete }) => complete)).toBe(true);
    }
  });

  it("is a refused pull on a live connection, by the trust and the time of now", async () => {
    await start();
    const pull = await world.pull();
    pull.send(head("GET /1"));
    await pull.answered(1);
    const { blog } = world.world.pki;
    await world.world.writeMapping(plainMapping({ ...world.world.pki, shop: blog }));
    await world.world.verifier.reload();
    pull.send(head("GET /2"));
    await pull.ended;
    expect(pull.answers().map((answer) => answer.status)).toEqual([200, 403]);
    expect(targets()).toEqual(["/1"]);
    expect(byNode).toBe(1);
  });
});

describe("what the fast reader carries", () => {
  it("is told and forwarded exactly as by the other", async () => {
    const lines = [
      "X-Forwarded-For: 203.0.113.7",
      "x-forwarded-proto: https",
      "X-Forwarded-Host: evil.example.com",
      "CF-Connecting-IP: 203.0.113.7",
      "X-Pull-Verdict: accepted",
      "x_pull_fingerprint: x",
      "Client-Cert: :AAAA:",
      "Cookie: a=1",
      "cookie: b=2",
      "Proxy: http://evil",
      "TE: trailers",
      "Keep-Alive: 300",
      "X-Obs: \xe4",
      "Connection: keep-alive",
    ];
    const seen = [];
    for (const reader of ["fast", "node"] as const) {
      world = await startProxyWorld({ reader, clientCertHeader: "chain" });
      const pull = await world.pull();
      for (const bytes of [
        head("GET /get", ...lines),
        head("GET /twice", ...lines, "X-Forwarded-For: 198.51.100.1"),
        head("POST /none", ...lines),
        `${head("DELETE /chunks", ...lines, "Transfer-Encoding: chunked")}${chunked("body")}`,
        `${head("PUT /length", ...lines, "Content-Length: 4")}body`,
      ]) {
        pull.send(bytes);
        await pull.answered(world.application.requests().length + 1);
      }
      const events = world.world.events.flatMap((event) => {
        if (event.event !== "pull-accepted") return [];
        const { judgedInMs, remotePort, ...rest } = event;
        expect(judgedInMs).toBeGreaterThan(0);
        expect(remotePort).toBe(pull.localPort);
        return [rest];
      });
      seen.push({
        events,
        requests: world.application.requests(),
        answers: pull.answers().map(({ headers }) => [...headers.keys()].toSorted()),
      });
      expect(byNode).toBe(reader === "fast" ? 0 : 5);
      if (reader === "fast") await world.close();
    }
    expect(seen[0]?.requests).toHaveLength(5);
    expect(seen[0]).toEqual(seen[1]);
  });

  it("takes an answer in any pieces", async () => {
    const answers = {
      "/length": "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
      "/chunks": `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\n0123\r\n${chunked("456789").replace("0\r\n\r\n", "0\r\nX: y\r\n\r\n")}`,
      "/early":
        "HTTP/1.1 103 X\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
    };
    await start({
      answer: ({ target }, { socket }) => {
        const [path = "", size] = target.split("?");
        const bytes = answers[path as keyof typeof answers];
        const write = (at: number): void => {
          if (at < bytes.length)
            socket.write(bytes.slice(at, at + Number(size)), () =>
              setImmediate(write, at + Number(size)),
            );
        };
        write(0);
      },
    });
    const pull = await world.pull();
    let asked = 0;
    for (const path of Object.keys(answers))
      for (const size of [1, 2, 3, 20, 50, 1_000]) {
        pull.send(head(`GET ${path}?${size}`));
        asked += 1;
        const all = await pull.answered(asked);
        expect(all.at(-1)).toMatchObject({ status: 200, body: "0123456789", complete: true });
      }
    expect(pull.text()).not.toContain("103");
    expect(byNode).toBe(0);
    expect(world.application.connections).toHaveLength(1);
  });

  it("gives nobody a connection to the application that says more than it was asked", async () => {
    const stolen = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen";
    await start({
      answer: ({ target, method }, { socket }) => {
        const body = method === "HEAD" || target === "/204" ? "" : "mine";
        const first = target === "/204" ? "204 No Content\r\n" : "200 OK\r\nContent-Length: 4\r\n";
        socket.write(`HTTP/1.1 ${first}\r\n${body}${target === "/plain" ? "" : stolen}`);
      },
    });
    for (const [at, first] of ["GET /more", "HEAD /more", "GET /204", "GET /plain"].entries()) {
      const pull = await world.pull();
      pull.send(head(first));
      await pull.until((text) => text.includes("\r\n\r\n"));
      expect(pull.text()).not.toContain("stolen");
      expect(world.application.connections).toHaveLength(at + 1);
      if (at < 3)
        await world.application.until(() =>
          world.application.connections.every(({ closed }) => closed),
        );
    }
  });

  it("ends a connection to the application that says something unasked", async () => {
    await start();
    const pull = await world.pull();
    pull.send(head("GET /1"));
    await pull.answered(1);
    world.application.connections[0]?.socket.write("HTTP/1.1 200 OK\r\n");
    await world.application.until(() => world.application.connections[0]?.closed === true);
    pull.send(head("GET /2"));
    expect((await pull.answered(2))[1]).toMatchObject({ body: "/2" });
  });

  it("ends what a peer asked for that ends its own side in the middle", async () => {
    await start({ answer: () => {} });
    const pull = await world.pull({ allowHalfOpen: true });
    pull.send(head("GET /"));
    await world.application.until(() => targets().length === 1);
    pull.socket.end();
    await world.application.until(() => world.application.connections[0]?.closed === true);
    expect(await pull.ended).toBe("");
  });

  it("gives up the application when the peer leaves, and gives its connection to nobody", async () => {
    await start({ answer: () => {} });
    for (const leave of ["reset", "destroy"] as const) {
      const pull = await world.pull();
      pull.send(head(`GET /${leave}`));
      await world.application.until(() => targets().includes(`/${leave}`));
      pull[leave]();
      await world.application.until(() =>
        world.application.connections.every(({ closed }) => closed),
      );
    }
    expect(world.application.connections).toHaveLength(2);
  });

  it("asks nobody where no request comes, and says so as the other does", async () => {
    await start({ limits: { headersMs: 100, keepAliveMs: 100 } });
    const silent = await world.pull();
    expect(await silent.ended).toBe("");
    expect(await world.world.nextRefusal()).toMatchObject({
      reason: "request-timeout",
      status: null,
    });
    const kept = await world.pull();
    kept.send(head("GET /"));
    await kept.answered(1);
    await kept.ended;
    const refused = world.world.events.filter(({ event }) => event === "pull-refused");
    expect(refused).toHaveLength(1);
  });
});

it("the other reader reads everything where it is asked for", async () => {
  world = await startProxyWorld({ reader: "node" });
  const pull = await world.pull();
  pull.send(head("GET /"));
  expect(await pull.answered(1)).toMatchObject([{ status: 200 }]);
  expect(byNode).toBe(1);
});

test.each([
  ["nothing", false],
  ["nothing, and sends on", true],
])("a peer that reads %s of its last answer is not waited for", async (_, sends) => {
  const limits = { applicationMs: 300, keepAliveMs: 300, bodyIdleMs: 300, headersMs: 300 };
  await start({
    limits,
    answer: ({ target }, { socket }) => {
      const bytes = Number(target.slice(1));
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`);
      socket.write(Buffer.alloc(bytes));
    },
  });
  // Some of these fill what the kernel takes, and are less than makes the application wait.
  const pulls: Conversation[] = [];
  for (let size = 256 * 1024; size < 7_000_000; size += 256 * 1024) {
    const pull = await world.pull();
    pull.socket.pause();
    pull.send(head(`GET /${size}`, "Connection: close"));
    pulls.push(pull);
    await pause(20);
  }
  const drip = setInterval(() => sends && pulls.forEach((pull) => pull.send("x")), 100);
  await expect.poll(() => world.server.connectionCount(), { timeout: 8_000 }).toBe(0);
  clearInterval(drip);
});
