import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { startGuardWorld, startProxyWorld, type HttpWorld } from "../support/http-world.ts";
import { readStrictly, values, type ReadRequest } from "../support/strict-reader.ts";
import { SHOP } from "../support/verifier-world.ts";
import { CORPUS, PIECES } from "./corpus.ts";

const seconds = Number(process.env["PULLPROOF_FUZZ_SECONDS"] ?? 60) / 2;
const seed = Number(process.env["PULLPROOF_FUZZ_SEED"] ?? Date.now() % 2 ** 31);

/** One change of a stream of bytes. */
type Change = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (text: string, where: number): number => Math.floor(where * text.length);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...PIECES)).map(
    ([where, piece]): Change =>
      (text) =>
        text.slice(0, at(text, where)) + piece + text.slice(at(text, where)),
  ),
  fc.tuple(place, fc.nat(8)).map(
    ([where, length]): Change =>
      (text) =>
        text.slice(0, at(text, where)) + text.slice(at(text, where) + length),
  ),
  fc.tuple(place, fc.nat(255)).map(
    ([where, byte]): Change =>
      (text) =>
        text.slice(0, at(text, where)) +
        String.fromCharCode(byte) +
        text.slice(at(text, where) + 1),
  ),
  fc.tuple(place, fc.nat(60)).map(
    ([where, length]): Change =>
      (text) =>
        text + text.slice(at(text, where), at(text, where) + length),
  ),
  fc.constantFrom(...CORPUS).map(
    (more): Change =>
      (text) =>
        text + more,
  ),
);
const stream = fc
  .tuple(fc.constantFrom(...CORPUS), fc.array(change, { maxLength: 4 }))
  .map(([start, changes]) => changes.reduce((text, each) => each(text), start));

/** What may reach the application at most: nothing that is not addressed to shop's origin, by a reader of its own. */
const mostOf = (bytes: string): readonly ReadRequest[] =>
  // Blanks before the version are read by Node's parser as one, and handed on as one (RFC 9112 3 allows it).
  readStrictly(bytes.replace(/ +(?=HTTP\/1\.1\r\n)/g, " "), {
    passes: ({ headers }) => {
      const [host, ...others] = values(headers, "host");
      return others.length === 0 && host?.replace(/\.?(:\d+)?$/, "").toLowerCase() === SHOP;
    },
  }).requests;

/** Which stream a request belongs to: one may reach the application after its connection has ended. */
const tagOf = (headers: ReadRequest["headers"]): string => values(headers, "x-stream").join();
const tagged = (bytes: string, tag: string): string =>
  bytes.replaceAll(" HTTP/1.1\r\n", ` HTTP/1.1\r\nX-Stream: ${tag}\r\n`);

function count(into: Map<string, number>, tag: string): void {
  into.set(tag, (into.get(tag) ?? 0) + 1);
}

/** What every request that reached an application must look like, whatever was sent. */
function expectOurs(headers: ReadRequest["headers"], fingerprint: string): void {
  const folded = headers.map(([name, value]) => [name.replaceAll("_", "-"), value] as const);
  expect(values(folded, "host")).toEqual([SHOP]);
  expect(values(folded, "x-pull-hostname")).toEqual(["shop.example.com"]);
  expect(values(folded, "x-pull-fingerprint")).toEqual([fingerprint]);
  expect(values(folded, "x-pull-verdict")).toEqual(["accepted"]);
  expect(values(folded, "x-forwarded-host")).toEqual(["shop.example.com"]);
}

/** Long enough for any answer; what gives none within it is ended like all else. */
const patience = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250));

/** Sends streams until the time is over; each connection is ended by us, and waited for. */
async function run(
  world: HttpWorld,
  reached: () => readonly ReadRequest["headers"][],
  besides: () => void,
): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  const fingerprint = world.world.pki.shop.fingerprint;
  const most = new Map<string, number>();
  const streams = new Map<string, string>();
  for (let round = 0; performance.now() < until; round += 1) {
    for (const plain of fc.sample(stream, { numRuns: 100, seed: seed + round })) {
      const tag = String(streams.size + 1);
      const bytes = tagged(plain, tag);
      streams.set(tag, bytes);
      const requests = mostOf(bytes);
      for (const { headers } of requests) count(most, tagOf(headers));
      const pull = await world.pull();
      pull.send(bytes);
      // A peer that leaves at once is not handed on: one whole request is waited for, as far as there is one.
      if (requests[0]?.complete === true)
        await Promise.race([pull.answered(1), patience()]).catch(() => {});
      pull.socket.end();
      await pull.ended;
    }
    const came = new Map<string, number>();
    for (const headers of reached()) {
      count(came, tagOf(headers));
      expectOurs(headers, fingerprint);
    }
    for (const [tag, requests] of came) {
      const said = `PULLPROOF_FUZZ_SEED=${seed + round}: ${JSON.stringify(streams.get(tag))}`;
      expect(requests, said).toBeLessThanOrEqual(most.get(tag) ?? 0);
    }
    besides();
  }
  return streams.size;
}

describe("whatever bytes an accepted peer sends", () => {
  const worlds: HttpWorld[] = [];
  afterAll(async () => {
    for (const world of worlds) await world.close();
  });

  it("as proxy: no request that nobody sent, none that is not ours to hand on, no byte outside of one", async () => {
    const world = await startProxyWorld();
    worlds.push(world);
    const { application } = world;
    const reached = () => application.requests().map(({ headers }) => headers);
    const streams = await run(world, reached, () => expect(application.unframed()).toEqual([]));
    console.log(
      `as proxy: ${streams} streams, ${reached().length} requests reached the application`,
    );
    expect(reached().length).toBeGreaterThan(0);
  });

  it("in process: the same", async () => {
    const came: ReadRequest["headers"][] = [];
    const world = await startGuardWorld((request, response) => {
      const { rawHeaders } = request;
      came.push(
        rawHeaders.flatMap((name, index) =>
          index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
        ),
      );
      expect(request.trailers).toEqual({});
      request.resume().on("end", () => response.end("fine"));
    });
    worlds.push(world);
    const streams = await run(
      world,
      () => came,
      () => {},
    );
    console.log(`in process: ${streams} streams, ${came.length} requests reached the handler`);
    expect(came.length).toBeGreaterThan(0);
  });
});
