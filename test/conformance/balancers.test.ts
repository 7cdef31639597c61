import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePki, mappingOf } from "./support/pki.ts";
import { get, peerOptions, refusalAfter, statuses } from "./support/pull.ts";
import { SHOP } from "./support/pki.ts";
import { refusedStart, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const [LISTED, UNLISTED] = [Buffer.of(203, 0, 113, 7), Buffer.of(198, 51, 100, 7)];

/** By the letter of the protocol, and by no code of the verifier's: TCP over IPv4, from that address. */
function header(source: Buffer): Buffer {
  const fixed = Buffer.from("0d0a0d0a000d0a515549540a2111000c", "hex");
  return Buffer.concat([fixed, source, Buffer.of(192, 0, 2, 1), Buffer.from("9cb001bb", "hex")]);
}

/** Pulls only from 203.0.113.0/24. */
function mapping() {
  const { hosts, ...rest } = mappingOf(pki);
  const { accept, ...shop } = hosts["shop.example.com"];
  const also = { addresses: "ranges.txt" };
  const asking = { ...shop, accept: { ...accept, also } };
  return { ...rest, hosts: { ...hosts, "shop.example.com": asking } };
}
const files = { "ranges.txt": "203.0.113.0/24\n" };

/** What comes back to a good certificate whose connection begins with these bytes; empty where no handshake was. */
async function pullAfter(world: World, first: Buffer | null): Promise<string> {
  const socket = connectTcp(world.port, "127.0.0.1");
  await once(socket, "connect");
  if (first !== null) socket.write(first);
  const { host: _host, port: _port, ...options } = peerOptions(world.port, pki.shop);
  const peer = connect({ ...options, socket });
  let text = "";
  peer.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  peer.once("secureConnect", () => peer.write(get(SHOP)));
  peer.on("error", () => {});
  socket.on("error", () => {});
  await new Promise<void>((done) => {
    peer.once("close", () => done());
    socket.once("close", () => done());
  });
  socket.destroy();
  return text;
}

describe("behind a balancer that is named", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ pki, mapping, files, balancers: ["127.0.0.0/8"] });
  });
  afterAll(() => world.close());

  it("P87: a pull comes from where the balancer says", async () => {
    expect(statuses(await pullAfter(world, header(LISTED)))).toEqual([200]);
    const after = world.lines.length;
    expect(statuses(await pullAfter(world, header(UNLISTED)))).toEqual([403]);
    expect(await refusalAfter(world, after)).toMatchObject({
      reason: "address-not-accepted",
      remoteAddress: "198.51.100.7",
      remotePort: 40_112,
    });
  });

  it("P87: without its header, with half of one, or with two there is no handshake", async () => {
    const reached = world.reached().length;
    for (const first of [
      null,
      Buffer.concat([header(LISTED), header(LISTED)]),
      Buffer.from("PROXY TCP4 203.0.113.7 192.0.2.1 40112 443\r\n", "latin1"),
      header(LISTED).subarray(0, 27),
    ])
      expect(await pullAfter(world, first)).toBe("");
    expect(world.reached()).toHaveLength(reached);
  });
});

describe("a peer that is no balancer", () => {
  it.each([
    ["none is named", undefined],
    ["others are named", ["192.0.2.1"]],
  ])("P87: says nothing of where it comes from: %s", async (_what, balancers) => {
    const more = balancers === undefined ? {} : { balancers };
    const world = await startWorld({ pki, mapping, files, ...more });
    try {
      expect(await pullAfter(world, header(LISTED))).toBe("");
      // Without a header it is where it is, and that address is not accepted here.
      const after = world.lines.length;
      expect(statuses(await pullAfter(world, null))).toEqual([403]);
      expect(await refusalAfter(world, after)).toMatchObject({ remoteAddress: "127.0.0.1" });
      expect(world.reached()).toEqual([]);
    } finally {
      await world.close();
    }
  });
});

it("P87: a balancer that is everybody, or nobody, keeps the verifier from starting", async () => {
  for (const wrong of ["0.0.0.0/0", "balancer.example", ""]) {
    const { code, stderr } = await refusedStart({ pki, balancers: [wrong] });
    expect(code).toBe(1);
    expect(stderr).toContain("balancers");
  }
});
