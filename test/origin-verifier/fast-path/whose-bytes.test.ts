import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { GuardedServer } from "../../../origin-verifier/origin-verifier.ts";
import { createReadBuffers } from "../../../origin-verifier/fast-path/read-buffers.ts";
import {
  dial,
  BLOG,
  SHOP,
  startVerifierWorld,
  type VerifierWorld,
} from "../../support/verifier-world.ts";

let world: VerifierWorld;
let server: GuardedServer;
const applications: Server[] = [];
afterEach(async () => {
  await server.close(0);
  await world.close();
  for (const application of applications.splice(0)) application.close();
});

const SIZE = 12 * 1024 * 1024;

/** The byte at each place of a hostname's bodies: no two hostnames have a stretch in common. */
function pattern(seed: number): Buffer {
  const bytes = Buffer.alloc(SIZE);
  for (let at = 0; at < SIZE; at += 1)
    bytes[at] = ((at * 2_654_435_761) >>> 13) ^ (seed + (at >>> 16));
  return bytes;
}

/** An application that answers with its own bytes and takes none but its own. */
async function startApplication(own: Buffer, chunked: boolean, wrong: string[]) {
  const application = createServer((socket) => {
    let at = -1;
    let left = 0;
    let head = "";
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      let from = 0;
      if (at < 0) {
        head += bytes.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end === -1) return;
        from = bytes.length - (head.length - end - 4);
        at = 0;
        left = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      }
      if (!bytes.subarray(from).equals(own.subarray(at, at + bytes.length - from)))
        wrong.push(`another's bytes in a body, before ${at}`);
      at += bytes.length - from;
      left -= bytes.length - from;
      if (left > 0) return;
      head = "";
      at = -1;
      const framing = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${SIZE}`;
      socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`);
      if (chunked)
        for (let sent = 0; sent < SIZE; sent += 100_000) {
          const piece = own.subarray(sent, sent + 100_000);
          socket.write(`${piece.length.toString(16)}\r\n`);
          socket.write(piece);
          socket.write("\r\n");
        }
      else socket.write(own);
      if (chunked) socket.write("0\r\n\r\n");
    });
  });
  applications.push(application.listen(0, "127.0.0.1"));
  await once(application, "listening");
  return {
    by: "tcp",
    host: "127.0.0.1",
    port: (application.address() as AddressInfo).port,
  } as const;
}

/** Pulls again and again, reading in fits and starts; every byte must be its hostname's. */
async function pull(port: number, name: typeof SHOP, own: Buffer, upload: boolean, pause: number) {
  const peer = name === SHOP ? world.pki.shop : world.pki.blog;
  const socket = await dial({ port }, peer, { servername: name });
  let wrong = "";
  for (let round = 0; round < 2; round += 1) {
    let head = "";
    let body = Buffer.alloc(0);
    const parts: Buffer[] = [];
    let got = 0;
    let isChunked = false;
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      const take = (bytes: Buffer): void => {
        parts.push(bytes);
        got += bytes.length;
        if (got % pause < bytes.length) {
          socket.pause();
          setTimeout(() => socket.resume(), 1);
        }
        if (head === "") {
          head = Buffer.concat(parts).toString("latin1");
          isChunked = /chunked/.test(head.slice(0, head.indexOf("\r\n\r\n")));
        }
        const whole = isChunked
          ? bytes.toString("latin1", Math.max(0, bytes.length - 5)).endsWith("0\r\n\r\n") &&
            got >= SIZE
          : got >= head.indexOf("\r\n\r\n") + 4 + SIZE;
        if (!whole) return;
        socket.off("data", take);
        resolve();
      };
      socket.on("data", take);
      const method = upload ? "POST" : "GET";
      const framing = upload ? `Content-Length: ${SIZE}\r\n` : "";
      socket.write(`${method} /${name} HTTP/1.1\r\nHost: ${name}\r\n${framing}\r\n`);
      if (upload) socket.write(own);
    });
    const all = Buffer.concat(parts);
    body = all.subarray(all.indexOf("\r\n\r\n") + 4);
    if (!(isChunked ? unchunked(body) : body).equals(own))
      wrong = `another's bytes in an answer to ${name}`;
  }
  socket.destroy();
  return wrong;
}

function unchunked(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + size + 4;
  }
}

it("two hostnames' bodies, both ways at once and read in fits and starts, are each its own to the last byte", async () => {
  world = await startVerifierWorld({ reader: "fast" });
  const [shop, blog] = [pattern(1), pattern(7)];
  const wrong: string[] = [];
  const behind = new Map([
    [SHOP, await startApplication(shop, false, wrong)],
    [BLOG, await startApplication(blog, true, wrong)],
  ]);
  server = world.verifier.proxy((name) => behind.get(name));
  const { port } = await server.listen(0, "127.0.0.1");
  const outcomes = await Promise.all([
    pull(port, SHOP, shop, false, 700_000),
    pull(port, BLOG, blog, false, 300_000),
    pull(port, SHOP, shop, true, 900_000),
    pull(port, BLOG, blog, true, 1_100_000),
  ]);
  expect(outcomes.filter((outcome) => outcome !== "")).toEqual([]);
  expect(wrong).toEqual([]);
});

it("a read buffer is given to one taker until it is given back", async () => {
  world = await startVerifierWorld({ reader: "fast" });
  ({ server } = world);
  const buffers = createReadBuffers(16);
  const taken = new Set(Array.from({ length: 100 }, () => buffers.take()));
  expect(taken.size).toBe(100);
  for (const buffer of taken) buffers.giveBack(buffer);
  // What waits is bounded; and again none is given twice.
  expect(buffers.free()).toBe(64);
  expect(new Set(Array.from({ length: 100 }, () => buffers.take())).size).toBe(100);
});
