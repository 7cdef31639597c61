import { head } from "../../conformance/http-pull.ts";
import {
  BROKEN_BODIES,
  LARGE_BODIES,
  REFUSED,
  type RefusedRow,
} from "../../conformance/http-rows.ts";
import { open } from "../../support/conversation.ts";
import { waitFor } from "../../conformance/support/wait-for.ts";
import { BLOG, pull, SHOP } from "../support/peers.ts";
import type { ServerWorld } from "../support/server-world.ts";
import { all, broken, type Check, type Found } from "./check.ts";

const ROWS: readonly RefusedRow[] = [...REFUSED, ...BROKEN_BODIES, ...LARGE_BODIES];
const PROMISES = [...new Set(ROWS.map(({ promise }) => promise))];
const BEHIND = "/behind";
/** Connections at once. */
const WIDTH = 8;
/** How long a row may go on without an end, before what it has come to is looked at. */
const QUIET_MS = 1_500;

/** Sends a row's bytes with a good request behind them; ends when the other side ends it, or the request behind was served. */
async function send(world: ServerWorld, { bytes }: RefusedRow): Promise<void> {
  const { pem: cert, keyPem: key } = world.pki.shop;
  const conversation = await open(world.port, { cert, key }, SHOP);
  let timer: NodeJS.Timeout | undefined;
  const quiet = new Promise<void>((done) => {
    timer = setTimeout(done, QUIET_MS);
  });
  conversation.send(bytes + head(`GET ${BEHIND}`, "Connection: close"));
  await Promise.race([conversation.ended, quiet]);
  clearTimeout(timer);
  conversation.destroy();
}

/** The requests that reached the application while some rows were sent, but for the good ones behind them. */
async function reachedBy(world: ServerWorld, rows: readonly RefusedRow[]): Promise<number> {
  const before = world.application.reached.length;
  const left = [...rows];
  const lane = async (): Promise<void> => {
    for (let row = left.pop(); row !== undefined; row = left.pop()) await send(world, row);
  };
  await Promise.all(Array.from({ length: WIDTH }, lane));
  // Whatever is still on its way arrives before this one does.
  await pull(world, world.pki.shop);
  const reached = world.application.reached.slice(before);
  return reached.filter(({ url }) => url !== BEHIND && !url.startsWith("/pull-")).length;
}

const NOTHING: Found = { broken: [], rows: [], wrong: 0, tried: 0 };

const rowsOf = (promise: string): Check => ({
  promise,
  ofHttp: true,
  run: async (world) => {
    const rows = ROWS.filter((row) => row.promise === promise);
    const count = await reachedBy(world, rows);
    const more = promise === "P40" ? await misdirection(world) : NOTHING;
    const found = (phrases: readonly string[]): Found =>
      all(more, {
        broken: [],
        rows: phrases,
        wrong: Math.min(count, rows.length),
        tried: rows.length,
      });
    if (count === 0) return found([]);
    // Which ones, takes as long again as all of them.
    if (process.env["PULLPROOF_RECORD"] !== "1")
      return found([`the application sees ${count} of them`]);
    const served: string[] = [];
    for (const row of rows)
      if ((await reachedBy(world, [row])) > 0) served.push(`the application sees ${row.what}`);
    // Together and not alone: then it is some of them that are read as two.
    return found(served.length > 0 ? served : ["the application sees one of them, beside others"]);
  },
});

/** P40 holds SNI and Host together. */
async function misdirection(world: ServerWorld): Promise<Found> {
  const { pki } = world;
  const claims: Record<string, boolean> = {};
  for (const host of [BLOG, "evil.test", "shop.example.com"]) {
    const { status, reached } = await pull(world, pki.shop, { host });
    claims[`Host ${host} under shop's SNI is served`] = !reached;
    claims[`Host ${host} under shop's SNI gets ${status}`] = status === 421;
  }
  // Two in one line: whoever looks at the last, or at any of them, sees shop's.
  for (const host of [`${BLOG},${SHOP}`, `evil.test, ${SHOP}`, `${SHOP}, ${BLOG}`, `,${SHOP}`])
    claims[`Host ${host} is served`] = !(await pull(world, pki.shop, { host })).reached;
  for (const host of [`${SHOP}:443`, `${SHOP}:8443`, SHOP.toUpperCase(), `${SHOP}.`])
    claims[`Host ${host} is not served`] = (await pull(world, pki.shop, { host })).reached;
  // The second request of a connection that named the right one first.
  const { pem: cert, keyPem: key } = pki.shop;
  const conversation = await open(world.port, { cert, key }, SHOP);
  conversation.send(
    `GET /one HTTP/1.1\r\nHost: ${SHOP}\r\n\r\nGET /two HTTP/1.1\r\nHost: ${BLOG}\r\n\r\n`,
  );
  await Promise.race([conversation.answered(2).catch(() => null), conversation.ended]);
  conversation.destroy();
  claims["the second request of a connection has another Host"] = !world.application.reached.some(
    ({ url }) => url === "/two",
  );
  return broken(claims);
}

const pipelining: Check = {
  promise: "P57",
  ofHttp: true,
  run: async (world) => {
    const { pem: cert, keyPem: key } = world.pki.shop;
    const conversation = await open(world.port, { cert, key }, SHOP);
    const before = world.application.reached.length;
    const targets = ["/first", "/second", "/third"];
    conversation.send(
      head("GET /first") + `${head("POST /second", "Content-Length: 5")}hello` + head("GET /third"),
    );
    const answers = await Promise.race([
      conversation.answered(3).catch(() => []),
      conversation.ended.then(() => []),
    ]);
    conversation.destroy();
    const reached = world.application.reached.slice(before).map(({ url }) => url);
    return broken({
      "three requests do not get three answers": answers.length === 3,
      "the application sees other requests": JSON.stringify(reached) === JSON.stringify(targets),
    });
  },
};

const expectation: Check = {
  promise: "P54",
  ofHttp: true,
  run: async (world) => {
    const ask = async (host: string, name: "shop" | "unlisted"): Promise<readonly number[]> => {
      const { pem: cert, keyPem: key } = world.pki[name];
      const conversation = await open(world.port, { cert, key }, SHOP);
      conversation.send(
        `POST /expecting HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`,
      );
      await Promise.race([
        conversation.ended,
        waitFor("an answer", () => conversation.answers().length > 0, 4_000).catch(() => false),
      ]);
      if (conversation.answers()[0]?.status === 100) {
        conversation.send("hello");
        const isFinal = () => (conversation.answers().at(-1)?.status ?? 0) >= 200;
        await Promise.race([
          conversation.ended,
          waitFor("the answer after the 100", isFinal, 4_000).catch(() => false),
        ]);
      }
      const statuses = conversation.answers().map(({ status }) => status);
      conversation.destroy();
      return statuses;
    };
    const [misdirected, unlisted, good] = [
      await ask(BLOG, "shop"),
      await ask(SHOP, "unlisted"),
      await ask(SHOP, "shop"),
    ];
    return broken({
      "a misdirected pull gets a 100": !misdirected.includes(100),
      "an unlisted peer gets a 100": !unlisted.includes(100),
      "a good pull does not get 200": good.at(-1) === 200,
    });
  },
};

export const REQUEST_CHECKS: readonly Check[] = [...PROMISES.map(rowsOf), pipelining, expectation];
