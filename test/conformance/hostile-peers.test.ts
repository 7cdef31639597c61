import { randomBytes } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leafExtensions, mint, mintCa, mintLeaf, type Minted } from "../support/certificates.ts";
import { freshKeys } from "../support/keys.ts";
import { NO_OPENSSL, startSClient } from "./support/openssl.ts";
import { makePki, mappingOf, SHOP } from "./support/pki.ts";
import {
  answered,
  attempt,
  dial,
  exchange,
  get,
  keepGet,
  refusalOf,
  statuses,
  TLS_VERSIONS,
} from "./support/pull.ts";
import { cpuOf, resourcesOf } from "./support/resources.ts";
import { clientHello, rawPeer, type RawPeer } from "./support/stuck-peers.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const LIMIT_MS = 1_000;
/** The limit, and what a loaded machine adds to it. */
const AT_MOST_MS = 8_000;

const keys = freshKeys();
const SANS = Array.from({ length: 5_000 }, (_, n) => `n${n}.example.com`);
const namedByItself = mint({ keys, extensions: leafExtensions(keys, { keys }, SANS) });
const namedByUs = mintLeaf(pki.issuer, { names: SANS });
const chain = chainOf(100);
const deep = mintLeaf(chain[0] as Minted);

function chainOf(length: number): readonly Minted[] {
  const cas = [mintCa()];
  while (cas.length < length) cas.unshift(mintCa({ by: cas[0] as Minted }));
  return cas;
}

/** Whether a peer was ended by the limit: no sooner, not much later, and without a byte of HTTP. */
async function endedByLimit(peer: RawPeer): Promise<boolean> {
  const ms = await peer.closed;
  return (
    LIMIT_MS * 0.8 < ms && ms < AT_MOST_MS && !/HTTP\//.test(peer.received().toString("latin1"))
  );
}

function followed(peer: Minted): Pick<Minted, "pem" | "keyPem"> {
  return { keyPem: peer.keyPem, pem: [peer, ...chain].map(({ pem }) => pem).join("") };
}

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    let before: ReturnType<typeof resourcesOf>;
    beforeAll(async () => {
      const accepted = { certificates: [pki.shop.fingerprint, namedByUs.fingerprint] };
      world = await startWorld({
        form,
        pki,
        mapping: () => mappingOf(pki, { shop: accepted }),
        limits: { handshakeMs: LIMIT_MS, headersMs: LIMIT_MS, connections: 600, handshakes: 300 },
      });
      // Warm: what a first pull loads stays.
      for (let n = 0; n < 20; n += 1) await attempt(world, pki.shop, get(SHOP));
      before = resourcesOf(world.pid);
    });
    afterAll(() => world.close());

    const isServed = async () => statuses((await attempt(world, pki.shop, get(SHOP))).text);
    it("P25: ends a connection that says nothing", async () => {
      const peer = await rawPeer(world.port);
      expect(await endedByLimit(peer)).toBe(true);
      expect(peer.received()).toHaveLength(0);
      expect(await refusalOf(world, { localPort: peer.localPort() })).toMatchObject({
        event: "handshake-failed",
        detail: "ERR_TLS_HANDSHAKE_TIMEOUT",
        remoteAddress: "127.0.0.1",
      });
    });

    it("P25: ends a handshake that comes byte by byte, though bytes keep coming", async () => {
      const hello = await clientHello();
      const peer = await rawPeer(world.port);
      let at = 0;
      const dribble = setInterval(() => {
        peer.socket.write(hello.subarray(at, at + 1));
        at += 1;
      }, 50);
      expect(await endedByLimit(peer)).toBe(true);
      clearInterval(dribble);
      expect(at).toBeGreaterThan(5);
      expect(await refusalOf(world, { localPort: peer.localPort() })).toMatchObject({
        detail: "ERR_TLS_HANDSHAKE_TIMEOUT",
      });
    });

    it("P25: ends a handshake that stops after its first flight", async () => {
      const peer = await rawPeer(world.port);
      peer.socket.write(await clientHello());
      expect(await endedByLimit(peer)).toBe(true);
      expect(peer.received().length).toBeGreaterThan(500);
    });

    for (const version of TLS_VERSIONS) {
      it(`P25: ends a connection that never asks, or never ends asking (${version})`, async () => {
        for (const bytes of ["", `GET / HTTP/1.1\r\nHost: ${SHOP}\r\nX-`]) {
          const socket = await dial(world, pki.shop, { version });
          const began = performance.now();
          const { text } = await exchange(socket, bytes);
          expect(text).not.toContain("200");
          const ms = performance.now() - began;
          expect(ms).toBeGreaterThan(LIMIT_MS * 0.8);
          expect(ms).toBeLessThan(AT_MOST_MS);
        }
      });
    }

    const NOT_TLS: Readonly<Record<string, Buffer>> = {
      "plain HTTP": Buffer.from(get(SHOP)),
      "HTTP for a proxy": Buffer.from(`CONNECT ${SHOP}:443 HTTP/1.1\r\n\r\n`),
      "HTTP/2 in the clear": Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
      "random bytes": Buffer.concat([Buffer.from([0xff]), randomBytes(4_000)]),
      "a record that is too long": Buffer.from([0x16, 3, 1, 0xff, 0xff, ...randomBytes(64)]),
      "an alert for a greeting": Buffer.from([0x15, 3, 3, 0, 2, 2, 40]),
      "application data for a greeting": Buffer.from([0x17, 3, 3, 0, 5, 1, 2, 3, 4, 5]),
      "a greeting of SSL 2": Buffer.from("802e0100020015000000100100800300800700c0", "hex"),
      "a greeting that is no greeting": Buffer.from([0x16, 3, 1, 0, 8, 1, 0, 0, 4, 9, 9, 9, 9]),
    };
    for (const [what, bytes] of Object.entries(NOT_TLS)) {
      it(`P26: ends a connection that sends ${what}, and says nothing in HTTP`, async () => {
        const peer = await rawPeer(world.port);
        peer.socket.write(bytes);
        expect(await peer.closed).toBeLessThan(AT_MOST_MS);
        expect(peer.received().toString("latin1")).not.toContain("HTTP/");
        const line = await refusalOf(world, { localPort: peer.localPort() });
        expect(line).toMatchObject({ event: "handshake-failed", remoteAddress: "127.0.0.1" });
        expect(line["detail"]).toMatch(/^ERR_|^ECONN/);
        expect(await isServed()).toEqual([200]);
      });
    }

    it.skipIf(NO_OPENSSL)("P27: bears 60 updates of the keys, and still serves", async () => {
      await world.write("peer.pem", pki.shop.pem);
      await world.write("peer.key", pki.shop.keyPem);
      const { folder, port } = world;
      const certificate = ["-cert", `${folder}/peer.pem`, "-key", `${folder}/peer.key`];
      const peer = startSClient(port, ["-tls1_3", "-servername", SHOP, ...certificate]);
      await waitFor("the handshake", () => peer.output().includes("Verify return code"));
      // Sixty take longer than a peer has for its first request: whoever asks for nothing is ended, whatever else it does.
      const ended: string[] = [];
      void peer.ended.then(({ output }) => ended.push(output));
      for (let n = 1; n <= 60 && ended.length === 0; n += 1) {
        // K asks for the other side's keys to be updated, too.
        peer.write(n % 2 === 0 ? "k\n" : "K\n");
        const done = () => peer.output().split("KEYUPDATE").length > n;
        await waitFor("the next update, or the end", () => done() || ended.length > 0);
      }
      expect(await isServed()).toEqual([200]);
      peer.end();
      const { output } = await peer.ended;
      expect(output.split("KEYUPDATE").length).toBeGreaterThan(20);
    });

    const COSTLY: Readonly<
      Record<string, { peer: Pick<Minted, "pem" | "keyPem">; reasons: readonly string[] }>
    > = {
      "a chain of 100 certificates": { peer: followed(deep), reasons: ["unknown-issuer"] },
      "5,000 names and its own signature": { peer: namedByItself, reasons: ["unknown-issuer"] },
      "5,000 names and our issuer's signature": {
        peer: namedByUs,
        reasons: ["malformed-certificate", "handshake-failed"],
      },
    };
    for (const [what, { peer, reasons }] of Object.entries(COSTLY)) {
      it(`P27: spends no more than a moment on a certificate with ${what}`, async () => {
        const began = cpuOf(world.pid);
        const ROUNDS = 10;
        for (let n = 0; n < ROUNDS; n += 1) {
          const ended = await attempt(world, peer, get(SHOP));
          expect(statuses(ended.text)).not.toContain(200);
          const { event, reason } = await refusalOf(world, ended);
          expect(reasons).toContain(reason ?? event);
        }
        expect((cpuOf(world.pid) - began) / ROUNDS).toBeLessThan(100);
        expect(await isServed()).toEqual([200]);
      });
    }

    it("P27: serves an accepted certificate with 100 others behind it as without them", async () => {
      const { text } = await attempt(world, followed(pki.shop), get(SHOP));
      expect(statuses(text)).toEqual([200]);
    });

    it("P28: serves pulls beside 500 stuck handshakes, and has nothing left of them after", async () => {
      const live = await dial(world, pki.shop);
      expect(answered((await exchange(live, keepGet(SHOP), answered)).text)).toBe(true);
      const hello = await clientHello();
      const stuck: RawPeer[] = [];
      const beside: number[] = [];
      for (let n = 0; n < 500; n += 1) {
        const peer = await rawPeer(world.port);
        // Some say nothing, some begin, some stop in the middle of it.
        if (n % 3 > 0) peer.socket.write(n % 3 === 1 ? hello : hello.subarray(0, 100));
        stuck.push(peer);
        if (n % 25 === 0) beside.push(...(await isServed()));
      }
      expect(beside).toEqual(Array.from({ length: 20 }, () => 200));
      expect(answered((await exchange(live, keepGet(SHOP), answered)).text)).toBe(true);
      live.destroy();
      for (const peer of stuck) expect(await peer.closed).toBeLessThan(2 * AT_MOST_MS);
      await waitFor(
        "the descriptors are back",
        () => resourcesOf(world.pid).descriptors <= before.descriptors + 3,
      );
      expect(await isServed()).toEqual([200]);
    });

    it("P28: holds no more memory after all this than before, but for what a heap keeps", async () => {
      await waitFor(
        "the descriptors are back",
        () => resourcesOf(world.pid).descriptors <= before.descriptors + 3,
      );
      const after = await waitFor("memory comes back", async () => {
        await isServed();
        const now = resourcesOf(world.pid);
        return now.memory < before.memory + 80 ? now : null;
      });
      expect(after.memory).toBeLessThan(before.memory + 80);
    });
  });

  describe(`the verifier ${form}, where there are few places`, () => {
    let world: World;
    beforeAll(async () => {
      const limits = { handshakeMs: 60_000, connections: 60, handshakes: 30 };
      world = await startWorld({ form, pki, limits });
    });
    afterAll(() => world.close());

    it("P28: turns the next away where every place is taken, and serves those who have one", async () => {
      const live: TLSSocket[] = [];
      while (live.length < 60) live.push(await dial(world, pki.shop));
      const next = await rawPeer(world.port);
      await next.closed;
      expect(next.received()).toHaveLength(0);
      for (const socket of live) {
        const { text } = await exchange(socket, keepGet(SHOP), answered);
        expect(statuses(text)).toEqual([200]);
        socket.destroy();
      }
      const again = await waitFor("a place is free", async () => {
        const { text } = await attempt(world, pki.shop, get(SHOP));
        return statuses(text).length > 0 && statuses(text);
      });
      expect(again).toEqual([200]);
    });

    it("P28: lets the oldest handshakes go, long before their time, and not the next pull", async () => {
      const hello = await clientHello();
      const stuck: RawPeer[] = [];
      for (let n = 0; n < 90; n += 1) {
        const peer = await rawPeer(world.port);
        peer.socket.write(hello);
        stuck.push(peer);
      }
      const ended = await attempt(world, pki.shop, get(SHOP));
      expect(statuses(ended.text)).toEqual([200]);
      await Promise.all(stuck.slice(0, 60).map(({ closed }) => closed));
      expect(stuck.slice(-20).every(({ socket }) => !socket.destroyed)).toBe(true);
      for (const { socket } of stuck) socket.destroy();
    });
  });
}
