import { connect as connectTcp } from "node:net";
import { mappingOf } from "../../conformance/support/pki.ts";
import { dial } from "../../conformance/support/pull.ts";
import { clientHello } from "../../conformance/support/stuck-peers.ts";
import { waitFor } from "../../conformance/support/wait-for.ts";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { mintCrl } from "../../support/crls.ts";
import { keepAlive, pull, settled } from "../support/peers.ts";
import { startServer, type ServerOptions, type ServerWorld } from "../support/server-world.ts";
import { broken, type Check, type Claims } from "./check.ts";

const NAMES = ["shop.example.com"];
const HOUR = 3_600_000;

/** Afterwards everything is as it was. */
async function restore(world: ServerWorld): Promise<void> {
  world.write("issuer.pem", world.pki.issuer.pem);
  const ran = await world.render();
  if (ran.status !== 0) throw new Error(ran.stderr);
  await settled(world, world.pki.shop, true);
}

const reload: Check = {
  promise: "P20",
  ofHttp: false,
  run: async (world) => {
    const { pki } = world;
    const live = await keepAlive(world, pki.shop);
    await world.render(mappingOf(pki, { shop: { certificates: [pki.unlisted.fingerprint] } }), [
      pki.unlisted,
    ]);
    await settled(world, pki.unlisted, true);
    await settled(world, pki.shop, false);
    const isOver = await live.isOver();
    live.destroy();
    await restore(world);
    return broken({ "a connection from before the reload is served by the old trust": isOver });
  },
};

const expiry: Check = {
  promise: "P21",
  ofHttp: false,
  run: async (world) => {
    const { pki } = world;
    const notAfter = Math.ceil(Date.now() / 1_000 + 5) * 1_000;
    const brief = mintLeaf(pki.issuer, { names: NAMES, notAfter });
    const certificates = [pki.shop.fingerprint, brief.fingerprint];
    await world.render(mappingOf(pki, { shop: { certificates } }), [brief]);
    await settled(world, brief, true);
    const live = await keepAlive(world, brief);
    await waitFor("the certificate has expired", () => Date.now() >= notAfter + 100);
    const served = await live.again();
    const anew = await pull(world, brief);
    live.destroy();
    await restore(world);
    return broken({
      "an expired certificate goes on pulling on its connection": !served,
      "an expired certificate pulls": !anew.reached,
    });
  },
};

/** With revocation lists: both their own promise, and that of live connections. */
function revocation(promise: "P17" | "P22"): Check {
  return {
    promise,
    ofHttp: false,
    run: async (world) => {
      const { pki } = world;
      const second = mintCa({ subject: "own, the second" });
      const good = mintLeaf(pki.issuer, { names: NAMES, serial: Buffer.from("51", "hex") });
      const bad = mintLeaf(pki.issuer, { names: NAMES, serial: Buffer.from("52", "hex") });
      const badOfSecond = mintLeaf(second, { names: NAMES, serial: Buffer.from("53", "hex") });
      const all = [good, bad, badOfSecond];
      world.write("issuer.pem", `${pki.issuer.pem}${second.pem}`);
      const lists = (
        revoked: readonly string[],
        ofSecond: readonly string[],
        nextUpdate = Date.now() + HOUR,
      ) =>
        world.write(
          "issuer.crl",
          mintCrl(pki.issuer, { revoked, nextUpdate, thisUpdate: Date.now() - HOUR }) +
            mintCrl(second, { revoked: ofSecond, thisUpdate: Date.now() - HOUR }),
        );
      lists([], []);
      const mapping = mappingOf(pki, {
        issuers: { own: { certificates: "issuer.pem", crl: "issuer.crl" } },
        shop: { certificates: all.map(({ fingerprint }) => fingerprint) },
      });
      const ran = await world.render(mapping, all);
      if (ran.status !== 0) throw new Error(ran.stderr);
      await settled(world, badOfSecond, true);
      const claims: Record<string, boolean> = {};
      const live = await keepAlive(world, bad);
      lists(["52"], ["53"]);
      await world.reload();
      const refused = async (peer: typeof bad) => {
        const end = Date.now() + 3_000;
        while (Date.now() < end) if (!(await pull(world, peer)).reached) return true;
        return false;
      };
      const isRefused = await refused(bad);
      if (promise === "P22") {
        claims["a revoked certificate goes on pulling"] = isRefused && (await live.isOver());
      } else {
        claims["a revoked certificate pulls"] = isRefused;
        claims["one that the second list revokes pulls"] = await refused(badOfSecond);
        claims["its sister does not pull"] = (await pull(world, good)).reached;
        lists([], [], Date.now() - 1_000);
        await world.reload();
        claims["one pulls by a stale list"] = await refused(good);
      }
      live.destroy();
      await restore(world);
      return broken(claims);
    },
  };
}

const replaced: Check = {
  promise: "P23",
  ofHttp: false,
  run: async (world) => {
    const { pki } = world;
    const live = await keepAlive(world, pki.shop);
    world.write("issuer.pem", mintCa({ subject: "own" }).pem);
    await world.reload();
    const end = Date.now() + 4_000;
    let isRefused = false;
    while (!isRefused && Date.now() < end) isRefused = !(await pull(world, pki.shop)).reached;
    const isOver = await live.isOver();
    live.destroy();
    await restore(world);
    return broken({
      "one of the issuer that was replaced pulls": isRefused,
      "it goes on pulling on its connection": isOver,
    });
  },
};

/** Begun before everything else, since each takes as long as the server lets it. */
const stuck = new WeakMap<ServerWorld, Promise<Claims>>();

/** How long a peer that says nothing more may stay. */
const PATIENCE_MS = 25_000;

/** Begins connections that stop at every step, at a server of their own: a reload would end them. */
export async function beginStuckPeers(
  world: ServerWorld,
  options: ServerOptions = {},
): Promise<{ close: () => Promise<void> }> {
  const own = await startServer(world.kind, world.pki, options);
  const ends = stuckPeers(own);
  // Whoever is not asked for it fails nothing.
  ends.catch(() => {});
  stuck.set(world, ends);
  return own;
}

async function stuckPeers(world: ServerWorld): Promise<Claims> {
  const hello = await clientHello();
  const raw = (bytes: Buffer) =>
    new Promise<boolean>((done) => {
      const socket = connectTcp(world.port, "127.0.0.1", () => socket.write(bytes));
      const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
      let inTime = true;
      timer.unref();
      socket.setTimeout(PATIENCE_MS - 100, () => (inTime = false));
      socket.on("error", () => {});
      socket.resume().on("close", () => {
        clearTimeout(timer);
        done(inTime);
      });
    });
  const said = async (text: string) => {
    const socket = await dial(world, world.pki.shop);
    if (text !== "") socket.write(text);
    return new Promise<boolean>((done) => {
      const timer = setTimeout(() => {
        done(false);
        socket.destroy();
      }, PATIENCE_MS);
      timer.unref();
      socket.resume().on("close", () => {
        clearTimeout(timer);
        done(true);
      });
    });
  };
  const head = `GET / HTTP/1.1\r\nHost: origin-shop.example.net\r\n`;
  const ways: Readonly<Record<string, Promise<boolean>>> = {
    "before the first byte it stays": raw(Buffer.alloc(0)),
    "within the first message it stays": raw(hello.subarray(0, 20)),
    "within the handshake it stays": raw(hello),
    "before a request it stays": said(""),
    "within a head it stays": said(head),
    "within a body it stays": said(`${head}Content-Length: 5\r\n\r\nhe`.replace("GET", "POST")),
  };
  const ends = await Promise.all(Object.values(ways));
  return Object.fromEntries(Object.keys(ways).map((way, at) => [way, ends[at] === true]));
}

const stuckPeersEnd: Check = {
  promise: "P25",
  ofHttp: false,
  run: async (world) => broken((await stuck.get(world)) ?? { "not begun": false }),
};

export const LIVE_CHECKS: readonly Check[] = [
  reload,
  expiry,
  revocation("P17"),
  revocation("P22"),
  replaced,
  stuckPeersEnd,
];
