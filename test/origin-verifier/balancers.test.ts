import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VerifierRefusesToStart } from "../../origin-verifier/origin-verifier.ts";
import { proxyHeader } from "../../origin-verifier/proxy-protocol/write-header.ts";
import {
  dial,
  exchange,
  SHOP,
  startVerifierWorld,
  statusOf,
  type VerifierWorld,
} from "../support/verifier-world.ts";

const GET = `GET / HTTP/1.1\r\nHost: ${SHOP}\r\nConnection: close\r\n\r\n`;
const HERE = ["127.0.0.1"];
const announcing = (address: string, port = 40_112): Buffer =>
  proxyHeader({
    source: { address, port },
    destination: { address: address.includes(":") ? "2001:db8::9" : "203.0.113.9", port: 443 },
    authority: SHOP,
    tlsVersion: "TLSv1.3",
    accepted: true,
  });
const LOCAL = Buffer.from("0d0a0d0a000d0a515549540a20000000", "hex");

let world: VerifierWorld;
const open: Socket[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await world.close();
});

async function tcp(): Promise<Socket> {
  const socket = connectTcp(world.port, "127.0.0.1");
  socket.on("error", () => {});
  open.push(socket);
  await once(socket, "connect");
  return socket;
}
/** A pull whose first bytes are a balancer's. */
async function pullAfter(first: Buffer | null): Promise<string> {
  const socket = await tcp();
  if (first !== null) socket.write(first);
  return exchange(await dial(world, world.pki.shop, { socket }), GET);
}
const accepted = () => world.events.filter(({ event }) => event === "pull-accepted");
const failures = () =>
  world.events.flatMap((event) => (event.event === "handshake-failed" ? [event.detail] : []));

describe("with a balancer in front", () => {
  beforeEach(async () => {
    world = await startVerifierWorld({ balancers: HERE, limits: { handshakeMs: 700 } });
  });

  it.each([
    ["IPv4", "198.51.100.7"],
    ["IPv6", "2001:db8::7"],
  ])("the peer is who its header says: %s", async (_family, address) => {
    expect(statusOf(await pullAfter(announcing(address)))).toBe(200);
    expect(accepted()).toMatchObject([{ remoteAddress: address, remotePort: 40_112 }]);
  });

  it("a header that says nobody leaves the connection's own address", async () => {
    expect(statusOf(await pullAfter(LOCAL))).toBe(200);
    expect(accepted()).toMatchObject([{ remoteAddress: "127.0.0.1" }]);
  });

  it("a header may come byte by byte, and with the handshake behind it in one piece", async () => {
    const socket = await tcp();
    socket.setNoDelay(true);
    for (const byte of announcing("198.51.100.7")) {
      socket.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const slow = exchange(await dial(world, world.pki.shop, { socket }), GET);
    expect(statusOf(await slow)).toBe(200);
    // Corked: the header and the ClientHello leave together.
    const other = await tcp();
    other.cork();
    other.write(announcing("198.51.100.8"));
    const handshake = dial(world, world.pki.shop, { socket: other });
    setImmediate(() => other.uncork());
    expect(statusOf(await exchange(await handshake, GET))).toBe(200);
    expect(accepted()).toMatchObject([
      { remoteAddress: "198.51.100.7" },
      { remoteAddress: "198.51.100.8" },
    ]);
  });

  it("no header, no handshake", async () => {
    await expect(dial(world, world.pki.shop)).rejects.toThrow(/socket|ECONNRESET|disconnected/);
    await vi.waitFor(() => {
      expect(failures()).toEqual(["what came is no PROXY protocol header of version 2"]);
    });
    expect(world.reached).toEqual([]);
  });

  it("a second header is no handshake", async () => {
    const socket = await tcp();
    socket.write(Buffer.concat([announcing("198.51.100.7"), announcing("198.51.100.8")]));
    await once(socket, "close");
    await vi.waitFor(() => expect(failures()).toHaveLength(1));
    expect(accepted()).toEqual([]);
  });

  it("version 1 is no header", async () => {
    const socket = await tcp();
    socket.write("PROXY TCP4 198.51.100.7 203.0.113.9 40112 443\r\n");
    await once(socket, "close");
    await vi.waitFor(() => expect(failures()).toHaveLength(1));
  });

  it("who sends half a header is cut off in time, and who ends within it at once", async () => {
    const half = announcing("198.51.100.7").subarray(0, 20);
    const slow = await tcp();
    slow.write(half);
    const early = await tcp();
    early.end(half);
    await Promise.all([once(slow, "close"), once(early, "close")]);
    await vi.waitFor(() => {
      expect(failures().toSorted()).toEqual([
        "no PROXY protocol header in time",
        "the balancer left within its PROXY protocol header",
      ]);
    });
    await vi.waitFor(() => expect(world.server.connectionCount()).toBe(0));
  });

  it("who only knocks is nothing to tell of", async () => {
    const socket = await tcp();
    socket.end();
    await once(socket, "close");
    expect(statusOf(await pullAfter(announcing("198.51.100.7")))).toBe(200);
    expect(failures()).toEqual([]);
  });

  it("a health check is nothing to tell of, wherever it ends", async () => {
    const [reset, early] = [await tcp(), await tcp()];
    reset.write(LOCAL, () => reset.resetAndDestroy());
    early.end(LOCAL);
    await Promise.all([once(reset, "close"), once(early, "close")]);
    expect(statusOf(await pullAfter(announcing("198.51.100.7")))).toBe(200);
    await vi.waitFor(() => expect(world.server.connectionCount()).toBe(0));
    expect(failures()).toEqual([]);
  });

  it("the certificate is judged as ever", async () => {
    const socket = await tcp();
    socket.write(announcing("198.51.100.7"));
    const peer = await dial(world, world.pki.unlisted, { socket });
    expect(statusOf(await exchange(peer, GET))).toBe(403);
    expect(await world.nextRefusal()).toMatchObject({
      reason: "certificate-not-accepted",
      remoteAddress: "198.51.100.7",
    });
  });

  it("handshakes that never end give way to those that do", async () => {
    await world.close();
    world = await startVerifierWorld({ balancers: HERE, limits: { handshakes: 3 } });
    for (let at = 0; at < 10; at += 1) (await tcp()).write(announcing("198.51.100.9"));
    for (let at = 0; at < 5; at += 1)
      expect(statusOf(await pullAfter(announcing("198.51.100.7")))).toBe(200);
  });
});

describe("a header of somebody who is no balancer", () => {
  it.each([
    ["where none is named", []],
    ["where others are", ["192.0.2.0/24", "2001:db8::/32"]],
  ])("is not read, %s", async (_where, balancers) => {
    world = await startVerifierWorld({ balancers });
    const socket = await tcp();
    socket.write(announcing("198.51.100.7"));
    await once(socket, "close");
    await vi.waitFor(() => expect(failures()).toHaveLength(1));
    // Without one, such a peer pulls as it always did.
    expect(statusOf(await pullAfter(null))).toBe(200);
    expect(accepted()).toMatchObject([{ remoteAddress: "127.0.0.1" }]);
  });
});

it("balancers that cannot be read keep a verifier from starting, each with its place", async () => {
  world = await startVerifierWorld();
  const start = startVerifierWorld({ balancers: ["10.0.0.1", "0.0.0.0/0", "balancer.example"] });
  const refused = await start.then(
    () => null,
    (error: unknown) => error as VerifierRefusesToStart,
  );
  expect(refused).toBeInstanceOf(VerifierRefusesToStart);
  expect(refused?.problems.map(({ file, path }) => [file, path])).toEqual([
    ["balancers", "1"],
    ["balancers", "2"],
  ]);
});
