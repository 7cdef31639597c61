import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { useGatewayWorld } from "./support/gateway-world.ts";

const world = useGatewayWorld();

/** A header line with its name in lower case. */
function lowerName(line: string): string {
  return line.replace(/^[^:]*/, (name) => name.toLowerCase());
}

describe("the pull certificate", () => {
  test.each([
    ["shop.example.com", "origin-shop.example.net", "shop.example.com"],
    ["blog.example.com", "origin-blog.example.net", "blog.example.com"],
    ["any.tenant.example.com", "origin-blog.example.net", "blog.example.com"],
    ["SHOP.Example.com.", "origin-shop.example.net", "shop.example.com"],
  ])("of %s is its entry's, and so are SNI and Host", async (hostname, origin, certificate) => {
    expect((await world.visit(hostname, "/who")).status).toBe(200);
    expect(world.origin.pulls).toMatchObject([
      { sni: origin, host: origin, certificate, authorized: true },
    ]);
  });
});

describe("what the origin is told", () => {
  test("of the visitor comes from us: what they claim themselves is removed, in any writing", async () => {
    await world.visit("shop.example.com", "/told?a=1", {
      headers: {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "blog.example.com",
        "x-forwarded-proto": "https",
        X_Forwarded_For: "203.0.113.9",
        Forwarded: "for=203.0.113.9",
        "X-Real-IP": "203.0.113.9",
        "True-Client-IP": "203.0.113.9",
        "X-Pull-Hostname": "blog.example.com",
        "X-Pull-Verdict": "accepted",
        "Client-Cert": ":YQ==:",
        "CF-Client-Cert-Der-Base64": "YQ==",
        "Pull-Refusal": "12345678",
        "X-Application": "kept",
        Cookie: "a=1; b=2",
      },
    });
    expect(world.origin.pulls[0]?.url).toBe("/told?a=1");
    expect(world.origin.pulls[0]?.headers).toEqual({
      host: "origin-shop.example.net",
      "accept-encoding": "identity",
      "cf-connecting-ip": "127.0.0.1",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": "shop.example.com",
      "x-forwarded-proto": expect.stringMatching(/^https?$/),
      "x-application": "kept",
      cookie: "a=1; b=2",
    });
  });

  test.each([
    [
      "is every name, whatever it is to a script",
      ["__proto__: a", "constructor: b", "1: c", "0: d"],
    ],
    [
      "is every byte of a value, be it no UTF-8",
      ["X-Raw: caf\u00e9 \u00c3\u00a9\u00ff", "X-Other: 1"],
    ],
  ])("%s", async (_what, lines) => {
    const socket = connect(Number(world.worker.url.port), world.worker.url.hostname);
    const head = ["GET /lines HTTP/1.1", "Host: shop.example.com", "Connection: close", ...lines];
    socket.end(Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"));
    await once(socket.resume(), "close");
    const [pull] = world.origin.pulls;
    for (const line of lines) expect(pull?.lines.map(lowerName)).toContain(lowerName(line));
  });

  test("is nothing of the visitor's connection, and Connection takes away none of ours", async () => {
    await world.visit("shop.example.com", "/hops", {
      headers: {
        Connection: "close, X-Dropped, X-Forwarded-Host, Host, , ;",
        "X-Dropped": "1",
        "Keep-Alive": "timeout=5",
        "Proxy-Authorization": "Basic YQ==",
        TE: "trailers",
      },
    });
    const headers = world.origin.pulls[0]?.headers ?? {};
    expect(headers).toMatchObject({
      host: "origin-shop.example.net",
      "x-forwarded-host": "shop.example.com",
    });
    for (const name of ["x-dropped", "keep-alive", "proxy-authorization", "te"]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  test.each(["//evil.example/x", "/\\evil.example/x", "/@evil.example", "/%2e%2e/%zz?x=//y#z"])(
    "is a path and never another host: %s",
    async (path) => {
      await world.visit("shop.example.com", path);
      expect(world.origin.pulls).toMatchObject([{ host: "origin-shop.example.net" }]);
    },
  );
});

describe("the answer", () => {
  test("that redirects is the visitor's to follow", async () => {
    world.origin.handle = (_request, response) => {
      response.writeHead(302, { Location: "https://elsewhere.example/" }).end();
    };
    const got = await world.visit("shop.example.com", "/moved");
    expect(got).toMatchObject({ status: 302, headers: { location: "https://elsewhere.example/" } });
    expect(world.origin.pulls).toHaveLength(1);
  });

  test("keeps every cookie and loses what belongs to the origin's connection", async () => {
    world.origin.handle = (_request, response) => {
      response.writeHead(200, {
        "Set-Cookie": ["a=1; Path=/", "b=2; Expires=Thu, 01 Jan 2037 00:00:00 GMT"],
        Connection: "X-Hop",
        "X-Hop": "1",
        "Proxy-Authenticate": "Basic",
        "X-Kept": "1",
      });
      response.end();
    };
    const { headers } = await world.visit("shop.example.com", "/cookies");
    expect(headers["set-cookie"]).toEqual([
      "a=1; Path=/",
      "b=2; Expires=Thu, 01 Jan 2037 00:00:00 GMT",
    ]);
    expect(headers["x-kept"]).toBe("1");
    expect(headers).not.toHaveProperty("x-hop");
    expect(headers).not.toHaveProperty("proxy-authenticate");
  });

  test("to HEAD has the length and no body", async () => {
    world.origin.handle = (_request, response) => {
      response.writeHead(200, { "Content-Length": 12_345, ETag: '"e"' }).end();
    };
    const got = await world.visit("shop.example.com", "/head", { method: "HEAD" });
    expect(world.origin.pulls[0]?.method).toBe("HEAD");
    expect(got).toMatchObject({ status: 200, body: "" });
    expect(got.headers).toMatchObject({ "content-length": "12345", etag: '"e"' });
  });

  test("that is encoded all the same arrives as it was sent", async () => {
    const page = "what an application sends that heeds no Accept-Encoding\n".repeat(100);
    world.origin.handle = (_request, response) => {
      response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(page));
    };
    const response = await open({ path: "/gzip", headers: { "Accept-Encoding": "gzip" } });
    expect(response.headers["content-encoding"]).toBe("gzip");
    const chunks = (await response.toArray()) as Buffer[];
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(page);
  });

  test("304 and 204 pass without a body", async () => {
    world.origin.handle = ({ headers }, response) => {
      response.writeHead(headers["if-none-match"] === '"e"' ? 304 : 204, { ETag: '"e"' }).end();
    };
    const headers = { "If-None-Match": '"e"' };
    const got = await world.visit("shop.example.com", "/conditional", { headers });
    expect(got).toMatchObject({ status: 304, body: "", headers: { etag: '"e"' } });
    expect((await world.visit("shop.example.com", "/conditional")).status).toBe(204);
  });
});

describe("bodies", () => {
  test("stream down: the first part is here before the second is made", async () => {
    const writing: ServerResponse[] = [];
    world.origin.handle = (_request, response) => {
      writing.push(response);
      response.write("first");
    };
    const response = await open({ path: "/down" });
    const [first] = (await once(response, "data")) as [Buffer];
    expect(first.toString()).toBe("first");
    writing[0]?.end("second");
    const [second] = (await once(response, "data")) as [Buffer];
    expect(second.toString()).toBe("second");
  });

  test("stream up: the origin reads the first part before the second is sent", async () => {
    let firstPart: Buffer | null = null;
    world.origin.handle = (request, response) => {
      request.once("data", (part: Buffer) => (firstPart ??= part));
      request.pipe(response);
    };
    const request = ask({ path: "/up-stream", method: "POST" });
    const answered = once(request, "response");
    request.write("first");
    await expect.poll(() => firstPart?.toString()).toBe("first");
    request.end("second");
    const [response] = (await answered) as [IncomingMessage];
    expect(Buffer.concat((await response.toArray()) as Buffer[]).toString()).toBe("firstsecond");
    expect(world.origin.pulls[0]?.headers["transfer-encoding"]).toBe("chunked");
  });

  test("of 8 MiB come back byte for byte, framed as they were sent", async () => {
    world.origin.handle = (request, response) => request.pipe(response);
    const sent = randomBytes(8 * 1024 * 1024);
    const headers = { "Content-Length": String(sent.byteLength) };
    const request = ask({ path: "/echo", method: "PUT", headers });
    const answered = once(request, "response");
    request.end(sent);
    const [response] = (await answered) as [IncomingMessage];
    const digest = createHash("sha256");
    for await (const chunk of response) digest.update(chunk as Buffer);
    expect(digest.digest("hex")).toBe(createHash("sha256").update(sent).digest("hex"));
    expect(world.origin.pulls[0]?.headers["content-length"]).toBe(String(sent.byteLength));
    expect(world.origin.pulls[0]?.headers["transfer-encoding"]).toBeUndefined();
  });

  test.each(["GET", "HEAD"])(
    "on %s are refused: nothing can be pulled with them",
    async (method) => {
      const got = await world.visit("shop.example.com", "/body", {
        method,
        headers: { "Content-Length": "2", Authorization: "round the cache" },
        body: "hi",
      });
      expect(got.status).toBe(400);
      expect(world.origin.pulls).toEqual([]);
    },
  );
});

test.each(["GET", "HEAD", "OPTIONS", "POST", "DELETE"])(
  "%s with Content-Length: 0 has no body, and is pulled like one without",
  async (method) => {
    const headers = { "Content-Length": "0" };
    expect((await world.visit("shop.example.com", "/empty", { method, headers })).status).toBe(200);
    expect(world.origin.pulls).toMatchObject([{ method }]);
    expect(world.origin.pulls[0]?.headers["transfer-encoding"]).toBeUndefined();
  },
);

describe("a connection that breaks before any byte of a response", () => {
  test.each(["GET", "HEAD", "OPTIONS"])("is tried once more for %s", async (method) => {
    world.origin.handle = (request, response) => {
      if (world.origin.pulls.length === 1) request.socket.destroy();
      else response.end();
    };
    const got = await world.visit("shop.example.com", `/again-${method}`, { method });
    expect(got.status).toBe(200);
    expect(world.origin.pulls.map((pull) => pull.method)).toEqual([method, method]);
    expect(await world.logged()).toEqual([]);
  });

  test.each([
    ["POST", "with a body"],
    ["POST", undefined],
    ["PUT", undefined],
    ["DELETE", undefined],
    ["PATCH", "with a body"],
    ["OPTIONS", "with a body"],
  ])("is never tried again for %s (%s)", async (method, body) => {
    world.origin.handle = (request) => request.socket.destroy();
    const sent = body === undefined ? {} : { body, headers: { "Content-Length": "11" } };
    const got = await world.visit("shop.example.com", "/once", { method, ...sent });
    expect(got.status).toBe(502);
    expect(world.origin.pulls).toHaveLength(1);
    expect(await world.logged()).toMatchObject([{ cause: "network", attempts: 1 }]);
  });
});

test("one that breaks within the answer is not repeated, and never looks like a whole one", async () => {
  world.origin.handle = (_request, response) => {
    response.writeHead(200, { "Content-Length": 10 });
    response.write("half", () => response.destroy());
  };
  await expect(world.visit("shop.example.com", "/half")).rejects.toThrow("aborted");
  expect(world.origin.pulls).toHaveLength(1);
});

test("a WebSocket passes, with its protocol, in both directions and with its close", async () => {
  const socket = new WebSocket(`ws://${world.worker.url.host}/chat`, ["v2.chat"], {
    headers: { Host: "shop.example.com", "X-Pull-Hostname": "blog.example.com" },
  });
  await once(socket, "open");
  expect(socket.protocol).toBe("v2.chat");
  expect(world.origin.pulls).toMatchObject([
    { certificate: "shop.example.com", host: "origin-shop.example.net", authorized: true },
  ]);
  expect(world.origin.pulls[0]?.headers).toMatchObject({
    "x-forwarded-host": "shop.example.com",
    upgrade: "websocket",
  });
  expect(world.origin.pulls[0]?.headers).not.toHaveProperty("x-pull-hostname");

  socket.send("text");
  const [text, textIsBinary] = (await once(socket, "message")) as [Buffer, boolean];
  expect([text.toString(), textIsBinary]).toEqual(["text", false]);
  socket.send(Buffer.from([0, 255]));
  const [bytes, bytesAreBinary] = (await once(socket, "message")) as [Buffer, boolean];
  expect([[...bytes], bytesAreBinary]).toEqual([[0, 255], true]);
  socket.close(4001, "enough");
  const [code] = (await once(socket, "close")) as [number];
  expect(code).toBe(4001);
});

test("a WebSocket that the application refuses is an ordinary answer", async () => {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    // The origin's library takes version 13 alone, and answers any other itself.
    "Sec-WebSocket-Version": "13",
    "X-Refuse": "1",
  };
  world.origin.refuseWebSockets = true;
  const got = await world.visit("shop.example.com", "/no-chat", { headers });
  expect(got.status).toBe(401);
});

/** A request that the caller goes on writing. */
function ask(more: { path: string; method?: string; headers?: Record<string, string> }) {
  const { hostname: host, port } = world.worker.url;
  const headers = { Host: "shop.example.com", ...more.headers };
  return httpRequest({ host, port, agent: false, ...more, headers });
}

/** A response that the caller reads. */
async function open(more: Parameters<typeof ask>[0]): Promise<IncomingMessage> {
  const request = ask(more);
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}
