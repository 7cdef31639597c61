import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OpenWebSocket } from "../../../origin-verifier/request/open-web-sockets.ts";
import { createOpenWebSockets } from "../../../origin-verifier/request/open-web-sockets.ts";
import { madeUpTrust } from "../../support/made-up-trust.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** As many as are asked for, none of which a trust without origins accepts any more. */
function openSockets(count: number): readonly OpenWebSocket[] {
  return Array.from({ length: count }, () => ({
    socket: Object.assign(new EventEmitter(), { destroyed: false }),
    peer: {
      originHostname: "origin-shop.example.net",
      resumed: false,
      engine: null,
      presented: null,
      certificate: { generation: 1, until: Number.POSITIVE_INFINITY, evidence: null },
    },
    head: { authority: { hostname: "origin-shop.example.net", port: null }, forwardedHost: null },
    pull: { verdict: "accepted", hostname: "shop.example.com" },
  })) as unknown as readonly OpenWebSocket[];
}

it("all are judged again, and others have their turn in between", async () => {
  const ended: unknown[] = [];
  const take = createOpenWebSockets({
    trust: () => madeUpTrust({}),
    now: () => 0,
    refuser: { silently: (socket: EventEmitter) => ended.push(socket) } as never,
  });
  const sockets = openSockets(1_000);
  for (const socket of sockets) take(socket);

  vi.advanceTimersByTime(1_000);
  const inOneTurn = ended.length;
  expect(inOneTurn).toBeGreaterThan(0);
  expect(inOneTurn).toBeLessThan(100);

  let turns = 0;
  while (ended.length < sockets.length) {
    await new Promise((done) => setImmediate(done));
    turns += 1;
  }
  expect(turns).toBeGreaterThan(5);
  expect(new Set(ended).size).toBe(1_000);
});
