import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { useGatewayWorld } from "./support/gateway-world.ts";

const world = useGatewayWorld();

/** A visitor with a plain socket, who can leave in the middle: with a reset, which is what a closed browser tab sends. */
async function visitor(path: string, method = "GET", rest = ""): Promise<Socket> {
  const socket = connect(Number(world.worker.url.port), world.worker.url.hostname);
  await once(socket, "connect");
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: shop.example.com\r\n${rest}\r\n`);
  return socket;
}

/** A visitor who leaves in the middle of an upload, and whether the origin has seen that. */
async function leaveInUpload(path: string): Promise<{ readonly aborted: boolean }> {
  const upload = { received: "", aborted: false };
  world.origin.handle = (request) => {
    request.on("data", (part: Buffer) => (upload.received += part.toString()));
    request.on("error", () => undefined);
    request.on("close", () => (upload.aborted = !request.complete));
  };
  const socket = await visitor(path, "POST", "Content-Length: 100\r\n");
  socket.write("part");
  await expect.poll(() => upload.received).toBe("part");
  socket.resetAndDestroy();
  return upload;
}

describe("a visitor who leaves aborts the pull", () => {
  test("while the origin is silent", async () => {
    let closed = false;
    world.origin.handle = (_request, response) => response.on("close", () => (closed = true));
    const socket = await visitor("/silent");
    await expect.poll(() => world.origin.pulls.length).toBe(1);
    expect(closed).toBe(false);
    socket.resetAndDestroy();
    await expect.poll(() => closed).toBe(true);
    // Nothing failed: there is nothing to log, and nothing to ask the origin again for.
    expect(await world.logged()).toEqual([]);
    expect(world.origin.pulls).toHaveLength(1);
  });

  test.each(["", "Cache-Control: max-age=600"])(
    "in the middle of the answer (%s)",
    async (cacheControl) => {
      let closed = false;
      world.origin.handle = (_request, response) => {
        response.on("close", () => (closed = true));
        if (cacheControl !== "") response.setHeader("Cache-Control", "max-age=600");
        response.write("first");
      };
      const socket = await visitor(`/middle-${cacheControl.length}`);
      await once(socket, "data");
      expect(closed).toBe(false);
      socket.resetAndDestroy();
      await expect.poll(() => closed).toBe(true);

      // What the one who left had of it is not what the next one gets.
      world.origin.handle = (_request, response) => response.end("whole");
      const next = await world.visit("shop.example.com", `/middle-${cacheControl.length}`);
      expect(next.body).toBe("whole");
    },
  );

  test("in the middle of an upload", async () => {
    const upload = await leaveInUpload("/upload");
    await expect.poll(() => upload.aborted).toBe(true);
  });
});

describe("a visitor who leaves a request that somebody keeps alive (`waitUntil`)", () => {
  test("has no pull waited for beyond that, and the origin is not said to have failed", async () => {
    let closed = false;
    world.origin.handle = (_request, response) => response.on("close", () => (closed = true));
    const socket = await visitor("/kept-alive/silent");
    await expect.poll(() => world.origin.pulls.length).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => closed, { timeout: 5_000 }).toBe(true);
    expect(await world.logged()).toEqual([]);
    expect(world.origin.pulls).toHaveLength(1);
  });

  test("has nothing kept of an answer that comes after that", async () => {
    let closed = false;
    const asked = Promise.withResolvers<ServerResponse>();
    world.origin.handle = (_request, response) => {
      response.on("close", () => (closed = !response.writableFinished));
      asked.resolve(response);
    };
    const socket = await visitor("/kept-alive-for-long/late");
    const response = await asked.promise;
    socket.resetAndDestroy();
    await new Promise((done) => setTimeout(done, 100));
    response.setHeader("Cache-Control", "max-age=600").write(Buffer.alloc(4096));
    // Long before the request's own end.
    await expect.poll(() => closed, { timeout: 4_000 }).toBe(true);
    expect(await world.logged()).toEqual([]);
  });

  test("in the middle of an upload is the one who broke the pull, and nobody else", async () => {
    const upload = await leaveInUpload("/kept-alive/upload");
    await expect.poll(() => upload.aborted, { timeout: 5_000 }).toBe(true);
    expect(await world.logged()).toEqual([]);
  });
});

test("a visitor who stays is not mistaken for one who left", async () => {
  world.origin.handle = (_request, response) => {
    setTimeout(() => response.end("late"), 300);
  };
  expect(await world.visit("shop.example.com", "/late")).toMatchObject({
    status: 200,
    body: "late",
  });
});
