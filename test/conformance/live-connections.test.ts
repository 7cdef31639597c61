import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { mintCa, mintLeaf, type Minted } from "../support/certificates.ts";
import { mintCrl } from "../support/crls.ts";
import { NAMES } from "./support/odd-certificates.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
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
import { waitFor } from "./support/wait-for.ts";
import { FORMS, startWorld, type World, type WorldOptions } from "./support/world.ts";

const pki = makePki();
const SECONDS = 1_000;

/** Listed at shop, issued at blog: both ways to be accepted. */
const both = (certificates: readonly Minted[], issuers: Record<string, unknown> = {}) =>
  mappingOf(pki, {
    issuers,
    shop: { certificates: certificates.map(({ fingerprint }) => fingerprint) },
    blog: { certificates: "issued", names: ["blog.example.com"] },
  });

/** A connection on which one pull was accepted, kept alive. */
interface Live {
  readonly socket: TLSSocket;
  readonly name: string;
}

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    const opened: TLSSocket[] = [];
    afterEach(async () => {
      for (const socket of opened.splice(0)) socket.destroy();
      await world.close();
    });
    const start = async (options: WorldOptions): Promise<void> => {
      world = await startWorld({ form, pki, ...options });
    };
    const open = async (peer: Minted, names: readonly string[] = [SHOP, BLOG]) => {
      const live: Live[] = [];
      for (const version of TLS_VERSIONS) {
        for (const name of names) {
          const socket = await dial(world, peer, { version, servername: name });
          opened.push(socket);
          expect(answered((await exchange(socket, keepGet(name), answered)).text)).toBe(true);
          live.push({ socket, name });
        }
      }
      return live;
    };
    /** Asks once more on each: what becomes of it, each different end once. */
    const endsOf = async (live: readonly Live[]): Promise<readonly string[]> => {
      const ends = new Set<string>();
      for (const { socket, name } of live) {
        const before = world.reached().length;
        const ended = await exchange(socket, keepGet(name), answered);
        const served = world.reached().length > before;
        const reason = served ? "served" : (await refusalOf(world, ended))["reason"];
        ends.add(`${statuses(ended.text).join(" ")} ${String(reason)}`);
      }
      return [...ends];
    };
    const swap = async (mapping: unknown): Promise<void> => {
      await world.writeMapping(mapping);
      expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
    };

    it("P20: refuses the next request after a reload without the certificate", async () => {
      await start({});
      const live = await open(pki.shop, [SHOP]);
      await swap(mappingOf(pki, { shop: { certificates: [pki.unlisted.fingerprint] } }));
      expect(await endsOf(live)).toEqual(["403 certificate-not-accepted"]);
    });

    it("P20: serves a live connection after a reload that changes nothing for it", async () => {
      await start({});
      const live = await open(pki.shop, [SHOP]);
      await swap(mappingOf(pki, { blog: { certificates: [pki.unlisted.fingerprint] } }));
      expect(await endsOf(live)).toEqual(["200 served"]);
    });

    it("P20: refuses the next request after a reload without the name, or with a list in its place", async () => {
      const peer = mintLeaf(pki.issuer, { names: NAMES });
      await start({ mapping: () => both([peer]) });
      const live = await open(peer, [BLOG]);
      await swap(mappingOf(pki, { blog: { certificates: "issued", names: ["else.example.com"] } }));
      expect(await endsOf(live)).toEqual(["403 name-not-accepted"]);
      await swap(both([peer]));
      const again = await open(peer, [BLOG]);
      await swap(mappingOf(pki, { blog: { certificates: [pki.blog.fingerprint] } }));
      expect(await endsOf(again)).toEqual(["403 certificate-not-accepted"]);
    });

    it("P20: judges the second of two pipelined requests after the reload that came between", async () => {
      const held: (() => void)[] = [];
      await start({
        answer: (response, { url }) => {
          const answer = (): void => void response.end("from the application");
          if (url === "/held") held.push(answer);
          else answer();
        },
      });
      const socket = await dial(world, pki.shop);
      opened.push(socket);
      const ended = exchange(socket, keepGet(SHOP, "/held") + get(SHOP, "", "/second"));
      await waitFor("the first request", () => world.reached().some(({ url }) => url === "/held"));
      await swap(mappingOf(pki, { shop: { certificates: [pki.unlisted.fingerprint] } }));
      for (const answer of held) answer();
      const result = await ended;
      expect(statuses(result.text)).toEqual([200, 403]);
      expect(await refusalOf(world, result)).toMatchObject({ reason: "certificate-not-accepted" });
      expect(world.reached().map(({ url }) => url)).toEqual(["/held"]);
    });

    it("P20: serves whom it accepts, and nobody else, while the trust is swapped again and again", async () => {
      await start({});
      const live = await open(pki.shop, [SHOP]);
      const listed = mappingOf(pki);
      const others = mappingOf(pki, { blog: { certificates: [pki.unlisted.fingerprint] } });
      const state = { reloads: 0, over: false };
      const swapping = (async () => {
        for (; !state.over; state.reloads += 1)
          await swap(state.reloads % 2 === 0 ? others : listed);
      })();
      const ends: (readonly number[])[] = [];
      for (let n = 0; n < 60; n += 1) {
        const [good, stranger, unlisted] = await Promise.all([
          attempt(world, pki.shop, get(SHOP)),
          attempt(world, pki.stranger, get(SHOP, "", "/stranger")),
          attempt(world, pki.unlisted, get(SHOP, "", "/unlisted")),
        ]);
        ends.push([good, stranger, unlisted].flatMap(({ text }) => statuses(text)));
      }
      expect(await endsOf(live)).toEqual(["200 served"]);
      state.over = true;
      await swapping;
      expect(state.reloads).toBeGreaterThan(3);
      expect(ends).toEqual(Array.from({ length: 60 }, () => [200, 403]));
      expect(new Set(world.reached().map(({ url }) => url))).toEqual(new Set(["/page"]));
    });

    it("P21: refuses the next request after the certificate has expired", async () => {
      const notAfter = Math.ceil(Date.now() / SECONDS + 3) * SECONDS;
      const peer = mintLeaf(pki.issuer, { names: NAMES, notAfter });
      await start({ mapping: () => both([peer]) });
      const live = await open(peer);
      expect(await endsOf(live)).toEqual(["200 served"]);
      await waitFor("the certificate has expired", () => Date.now() >= notAfter);
      expect(await endsOf(live)).toEqual(["403 certificate-expired"]);
    });

    it("P21: refuses the next request after the issuer has expired", async () => {
      const notAfter = Math.ceil(Date.now() / SECONDS + 4) * SECONDS;
      const issuer = mintCa({ subject: "short-lived", notAfter });
      const peer = mintLeaf(issuer, { names: NAMES });
      await start({ mapping: () => both([peer]), files: { "issuer.pem": issuer.pem } });
      const live = await open(peer);
      expect(await endsOf(live)).toEqual(["200 served"]);
      await waitFor("the issuer has expired", () => Date.now() >= notAfter);
      expect(await endsOf(live)).toEqual(["403 unknown-issuer"]);
    });

    it("P22: refuses the next request after a revocation list names the certificate", async () => {
      const peer = mintLeaf(pki.issuer, { names: NAMES, serial: Buffer.from("61", "hex") });
      const mapping = both([peer], { own: { certificates: "issuer.pem", crl: "issuer.crl" } });
      await start({ mapping: () => mapping, files: { "issuer.crl": mintCrl(pki.issuer) } });
      const live = await open(peer);
      await world.write("issuer.crl", mintCrl(pki.issuer, { revoked: ["61"] }));
      await swap(mapping);
      expect(await endsOf(live)).toEqual(["403 certificate-revoked"]);
    });

    it("P22: refuses the next request after the first list of an issuer that had none", async () => {
      const peer = mintLeaf(pki.issuer, { names: NAMES, serial: Buffer.from("62", "hex") });
      await start({ mapping: () => both([peer]) });
      const live = await open(peer);
      await world.write("issuer.crl", mintCrl(pki.issuer, { revoked: ["62"] }));
      await swap(both([peer], { own: { certificates: "issuer.pem", crl: "issuer.crl" } }));
      expect(await endsOf(live)).toEqual(["403 certificate-revoked"]);
    });

    it("P22: refuses the next request after the revocation list has gone stale", async () => {
      const nextUpdate = Math.ceil(Date.now() / SECONDS + 3) * SECONDS;
      const peer = mintLeaf(pki.issuer, { names: NAMES });
      const mapping = both([peer], { own: { certificates: "issuer.pem", crl: "issuer.crl" } });
      const files = { "issuer.crl": mintCrl(pki.issuer, { nextUpdate }) };
      await start({ mapping: () => mapping, files });
      const live = await open(peer);
      expect(await endsOf(live)).toEqual(["200 served"]);
      await waitFor("the list has gone stale", () => Date.now() >= nextUpdate);
      expect(await endsOf(live)).toEqual(["403 revocation-unknown"]);
    });

    it("P23: refuses the next request after another issuer has taken the issuer's place", async () => {
      const peer = mintLeaf(pki.issuer, { names: NAMES });
      await start({ mapping: () => both([peer]) });
      // With the same name, so that only the key tells them apart.
      for (const next of [mintCa({ subject: "own" }), pki.strangerIssuer]) {
        const live = await open(peer);
        await world.write("issuer.pem", next.pem);
        await swap(both([peer]));
        expect(await endsOf(live)).toEqual(["403 unknown-issuer"]);
        await world.write("issuer.pem", pki.issuer.pem);
        await swap(both([peer]));
      }
    });

    it("P23: judges a handshake that began before the reload by the trust after it", async () => {
      const peer = mintLeaf(pki.issuer, { names: NAMES });
      await start({ mapping: () => both([peer]) });
      for (const version of TLS_VERSIONS) {
        for (const servername of [SHOP, BLOG]) {
          const relay = await startRelay(world.port);
          const ended = attempt(relay, peer, get(servername), { version, servername });
          await waitFor("the origin's part of the handshake", () => relay.hasAnswered());
          await world.write("issuer.pem", pki.strangerIssuer.pem);
          await swap(both([peer]));
          const before = world.reached().length;
          relay.goOn();
          const { text } = await ended;
          expect(statuses(text)).not.toContain(200);
          expect(await refusalOf(world, { localPort: relay.outPort() })).toMatchObject({
            reason: "unknown-issuer",
          });
          expect(world.reached()).toHaveLength(before);
          await relay.close();
          await world.write("issuer.pem", pki.issuer.pem);
          await swap(both([peer]));
        }
      }
    });
  });
}

/** Lets a peer's first flight through, and the rest of what it sends only when told to. */
interface Relay {
  readonly port: number;
  readonly outPort: () => number;
  readonly hasAnswered: () => boolean;
  readonly goOn: () => void;
  readonly close: () => Promise<void>;
}

async function startRelay(to: number): Promise<Relay> {
  const state: { inward?: Socket; outward?: Socket; answered: boolean; port: number } = {
    answered: false,
    port: 0,
  };
  const server: Server = createServer((inward) => {
    const outward = connect(to, "127.0.0.1");
    Object.assign(state, { inward, outward });
    outward.on("connect", () => {
      state.port = outward.localPort ?? 0;
    });
    inward.once("data", (hello: Buffer) => {
      inward.pause();
      outward.write(hello);
    });
    outward.on("data", (bytes: Buffer) => {
      state.answered = true;
      inward.write(bytes);
    });
    for (const [socket, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      socket.on("error", () => other.destroy());
      socket.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    outPort: () => state.port,
    hasAnswered: () => state.answered,
    goOn: () => {
      const { inward, outward } = state;
      if (inward !== undefined && outward !== undefined) inward.pipe(outward);
    },
    close: async () => {
      state.inward?.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
