import { Agent } from "node:http";
import { pipeline } from "node:stream/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { bulk, digestOf } from "../support/bulk.ts";
import { watchMemory } from "../support/memory.ts";
import { BLOG, SHOP } from "../support/names.ts";
import type { PairWorld } from "../support/pair-world.ts";
import { answerTo, openVisit, visit } from "../support/visit.ts";

const MIB = 1024 * 1024;
const LENGTH = 100 * MIB;
const MOST = 150 * MIB;

/** Watches the verifier while something is done, and says what it saw. */
async function inLittleMemory(
  { world }: PairWorld,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  const memory = watchMemory(world.verifierPid);
  const began = performance.now();
  await work();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const { peak, samples } = memory.stop();
  console.log(`100 MiB ${what}: ${seconds} s, peak ${(peak / MIB).toFixed(1)} MiB resident`);
  expect(samples.length).toBeGreaterThan(3);
  expect(peak).toBeLessThan(MOST);
}

/** Large bodies and many pulls: what comes out is what went in, and whose it is. */
export function streams(pair: PairWorld): void {
  describe("100 MiB arrive byte for byte, in the memory that the verifier has anyway", () => {
    let sent: Awaited<ReturnType<typeof digestOf>>;
    beforeAll(async () => {
      sent = await digestOf(bulk(LENGTH));
    });

    it.each(["with a length", "in chunks"])("down, %s", async (how) => {
      pair.application.handle = (_request, response) => {
        if (how === "with a length") response.setHeader("Content-Length", LENGTH);
        void pipeline(bulk(LENGTH), response);
      };
      await inLittleMemory(pair, `down, ${how}`, async () => {
        const request = openVisit(pair.world, SHOP, "/down").end();
        expect(await digestOf(await answerTo(request))).toEqual(sent);
      });
    });

    it.each(["with a length", "in chunks"])("up, %s", async (how) => {
      const received = Promise.withResolvers<typeof sent>();
      pair.application.handle = (request, response) => {
        received.resolve(digestOf(request));
        request.on("end", () => response.end("received"));
      };
      const headers = how === "in chunks" ? {} : { "Content-Length": LENGTH };
      await inLittleMemory(pair, `up, ${how}`, async () => {
        const request = openVisit(pair.world, SHOP, "/up", { method: "POST", headers });
        const answered = answerTo(request);
        await pipeline(bulk(LENGTH), request);
        expect((await answered).statusCode).toBe(200);
      });
      expect(await received.promise).toEqual(sent);
      const { headers: seen } = pair.application.seen[0] ?? {};
      expect(seen?.["content-length"]).toBe(how === "in chunks" ? undefined : String(LENGTH));
    });
  });

  it("1,000 pulls with two certificates interleaved: each answer names the right one", async () => {
    const { world, application } = pair;
    application.handle = ({ headers, url }, response) => {
      const { "x-pull-hostname": hostname, "x-pull-fingerprint": fingerprint } = headers;
      response.end(JSON.stringify({ url, hostname, fingerprint, host: headers.host }));
    };
    const told = world.verifierEvents.events.length;
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const wrong: unknown[] = [];
    await Promise.all(
      Array.from({ length: 1000 }, async (_, number) => {
        const hostname = number % 2 === 0 ? SHOP : BLOG;
        const url = `/interleaved/${number}`;
        const { status, body } = await visit(world, hostname, url, { agent });
        const fingerprint = (number % 2 === 0 ? pair.shop : pair.blog).fingerprint;
        const host = number % 2 === 0 ? "origin-shop.example.net" : "origin-blog.example.net";
        const expected = JSON.stringify({ url, hostname, fingerprint, host });
        if (status !== 200 || body !== expected) wrong.push({ status, body, expected });
      }),
    );
    agent.destroy();
    expect(wrong).toEqual([]);

    const accepted = () =>
      world.verifierEvents.events.slice(told).filter(({ event }) => event === "pull-accepted");
    await expect.poll(() => accepted().length).toBe(1000);
    // Kept alive: each connection carried many pulls, all of one certificate.
    const connections = new Map<number, Set<string | null>>();
    for (const event of accepted()) {
      if (!("fingerprint" in event)) continue;
      const fingerprints = connections.get(event.remotePort) ?? new Set();
      connections.set(event.remotePort, fingerprints.add(event.fingerprint));
    }
    expect(connections.size).toBeLessThanOrEqual(64);
    for (const fingerprints of connections.values()) expect(fingerprints.size).toBe(1);
  });
}
