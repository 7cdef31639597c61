import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { REFUSED, BROKEN_BODIES, LARGE_BODIES } from "../../conformance/http-rows.ts";
import { head, webSocketHead } from "../../conformance/http-pull.ts";
import { startVerifierWorld, type VerifierWorld } from "../../support/verifier-world.ts";
import { share } from "../time-box.ts";
import { lookAt } from "./check.ts";
import { FOUND } from "./found.ts";
import { LIMITS, openGuardLane, openProxyLane, type Lane } from "./lane.ts";
import { mutated } from "./mutated.ts";
import { SMUGGLERS } from "./smugglers.ts";

const GOOD = [
  head("GET /a?b=c", "X: y", "Cookie: a=1"),
  head("HEAD /"),
  `${head("POST /length", "Content-Length: 5", "Content-Type: text/plain")}hello`,
  `${head("DELETE /chunks", "Transfer-Encoding: chunked")}5\r\nhello\r\n3;ext=1\r\nyou\r\n0\r\n\r\n`,
  `${head("POST /trailers", "Transfer-Encoding: chunked", "Trailer: X")}1\r\na\r\n0\r\nX: y\r\n\r\n`,
  `${head("PUT /expects", "Expect: 100-continue", "Content-Length: 2")}hi`,
  head("OPTIONS *", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Host: shop.example.com"),
  webSocketHead("/socket"),
  head("GET /last", "Connection: close"),
];

const OTHERS = [
  ...SMUGGLERS,
  ...[...REFUSED, ...BROKEN_BODIES, ...LARGE_BODIES]
    .map(({ bytes }) => bytes)
    .filter(({ length }) => length < 1_000),
];

const LANES = 12;

describe.each([
  ["as proxy", openProxyLane, "fast"],
  ["as proxy, by Node's parser alone", openProxyLane, "node"],
  ["in process", openGuardLane, "node"],
] as const)("%s, whatever bytes come", (_, openLane, reader) => {
  let world: VerifierWorld;
  const lanes: Lane[] = [];
  beforeAll(async () => {
    world = await startVerifierWorld({ limits: LIMITS, reader });
    for (let lane = 0; lane < LANES; lane += 1) lanes.push(await openLane(world));
  });
  afterAll(async () => {
    await Promise.all(lanes.map((lane) => lane.close()));
    await world.close();
  });

  test.each(FOUND)("what was found once is not found again: $what", async ({ stream }) => {
    expect(await lookAt(lanes[0] as Lane, stream, world.pki)).toMatchObject({ wrong: [] });
  });

  it("the application sees no request that nobody sent, and no word that is not the verifier's", async () => {
    let runs = 0;
    let accepted = 0;
    await Promise.all(
      lanes.map((lane, at) =>
        fc.assert(
          fc.asyncProperty(mutated(GOOD, OTHERS), async (stream) => {
            runs += 1;
            const { wrong, reached } = await lookAt(lane, stream, world.pki);
            expect(wrong).toEqual([]);
            accepted += reached;
          }),
          share(0.25, at),
        ),
      ),
    );
    process.stdout.write(`${runs} streams of bytes, ${accepted} requests at the application\n`);
    // A verifier that refuses everything breaks no rule of these.
    expect(accepted).toBeGreaterThan(runs / 4);
  });
});
