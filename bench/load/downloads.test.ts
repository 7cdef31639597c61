import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import tls from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeCertificates, ORIGIN, type Certificates } from "../support/certificates.ts";
import { startDownloads } from "./downloads.ts";
import { RecordCounter } from "./record-counter.ts";

const BYTES = 300_000;
const body = Buffer.alloc(BYTES, "a body ");

let folder: string;
let certificates: Certificates;
let server: tls.Server | null = null;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pullproof-downloads-"));
  certificates = await makeCertificates(folder, "p256");
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => void server?.close());

/** A server that takes a request and answers with these pieces, each written by itself; and how often it was asked. */
async function answering(
  pieces: readonly Buffer[],
  ends = false,
): Promise<{ readonly port: number; readonly times: () => number }> {
  const { origin, originKey, issuer } = certificates;
  let times = 0;
  const [cert, key, ca] = [origin, originKey, issuer].map((file) => readFileSync(file));
  server?.close();
  const made = tls.createServer({ cert, key, ca, requestCert: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => {
      times += 1;
      for (const piece of pieces) socket.write(piece);
      if (ends) socket.end();
    });
  });
  server = made;
  await new Promise<void>((listening) => made.listen(0, "127.0.0.1", listening));
  const { port } = made.address() as AddressInfo;
  return { port, times: () => times };
}

/** What becomes of downloads from it: how many bodies, when as many as that have come; or what failed. */
function download(port: number, untilBodies: number, connections = 2): Promise<number | string> {
  const { pull: certificate, pullKey: key } = certificates;
  const target = { ports: [port], tls: { certificate, key, servername: ORIGIN }, host: ORIGIN };
  return new Promise((settle) => {
    const looking = setInterval(() => {
      if (load.done() >= untilBodies) end(load.done());
    }, 5);
    const end = (what: number | string): void => {
      clearInterval(looking);
      load.stop();
      settle(what);
    };
    const told = { ready: () => undefined, failed: end };
    const load = startDownloads(target, { connections, bytes: BYTES }, told);
  });
}

const head = (length: number, status = "200 OK"): Buffer =>
  Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: ${length}\r\n\r\n`);

/** A record that carries so many bytes. */
function record(carries: number): Buffer {
  const bytes = Buffer.alloc(5 + carries + 17, 0xff);
  bytes.writeUInt16BE(carries + 17, 3);
  return bytes;
}

test("records are counted, wherever what came was cut", () => {
  const all = Buffer.concat([1, 300, 0, 7].map(record));
  for (let cut = 0; cut <= all.length; cut += 1) {
    const counter = new RecordCounter();
    expect(counter.take(all.subarray(0, cut)) + counter.take(all.subarray(cut))).toBe(308);
  }
  const counter = new RecordCounter();
  expect(all.reduce((sum, byte) => sum + counter.take(Buffer.of(byte)), 0)).toBe(308);
});

test("bodies are counted to their last byte, each on a connection of its own", async () => {
  const wholes = [
    [Buffer.concat([head(BYTES), body])],
    [head(BYTES), body],
    [head(BYTES).subarray(0, 9), head(BYTES).subarray(9), body.subarray(0, 1), body.subarray(1)],
  ];
  for (const pieces of wholes) {
    const asked = await answering(pieces);
    expect(await download(asked.port, 6)).toBeGreaterThanOrEqual(6);
    expect(asked.times()).toBeGreaterThanOrEqual(6);
  }
});

test("an answer that nobody asked for ends the measurement", async () => {
  const wrong: [readonly Buffer[], RegExp][] = [
    [[head(BYTES, "403 Forbidden"), body], /nobody asked for/],
    [[head(BYTES - 1), body], /nobody asked for/],
    [[head(BYTES), body, body], /longer than it said/],
  ];
  for (const [pieces, why] of wrong) {
    const { port } = await answering(pieces);
    // One alone: of two, the other may have had its answer before.
    expect(await download(port, 1000, 1)).toMatch(why);
  }
});

test("a body that ends before its time ends the measurement", async () => {
  const asked = await answering([head(BYTES), body.subarray(1000)], true);
  expect(await download(asked.port, 1000)).toMatch(/the connection ended/);
  expect(asked.times()).toBeGreaterThan(0);
});
