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

/** Keeps some, and says which of them were ended so far. */
function keep(sockets: readonly OpenWebSocket[]) {
  const ended: unknown[] = [];
  const take = createOpenWebSockets({
    trust: () => madeUpTrust({}),
    now: () => 0,
    refuser: { silently: (socket: EventEmitter) => ended.push(socket) } as never,
  });
  for (const socket of sockets) take(socket);
  return ended;
}

it("all are judged again, and others have their turn in between", async () => {
  const sockets = openSockets(1_000);
  const ended = keep(sockets);

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

it("one that is closed is judged no more, and without any nobody looks", () => {
  const [closed, open] = openSockets(2) as [OpenWebSocket, OpenWebSocket];
  const ended = keep([closed, open]);
  closed.socket.emit("close");
  vi.advanceTimersByTime(1_000);
  expect(ended).toEqual([open.socket]);
  open.socket.emit("close");
  vi.advanceTimersByTime(1_000);
  expect([ended.length, vi.getTimerCount()]).toEqual([1, 0]);
});

it("one that is gone before it is taken in is not kept: nobody would hear of its end any more", () => {
  const [gone] = openSockets(1) as [OpenWebSocket];
  Object.assign(gone.socket, { destroyed: true });
  const ended = keep([gone]);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(ended).toEqual([]);
});

it("a look that lasts longer than a second is not begun again in its midst, and afterwards comes the next", async () => {
  const sockets = openSockets(200);
  const ended = keep(sockets);
  vi.advanceTimersByTime(1_000);
  const inOneTurn = ended.length;
  vi.advanceTimersByTime(5_000);
  expect(ended.length).toBe(inOneTurn);
  while (ended.length < sockets.length) await new Promise((done) => setImmediate(done));
  // The turn in which it finds that there are no more.
  await new Promise((done) => setImmediate(done));
  expect(ended.length).toBe(sockets.length);
  vi.advanceTimersByTime(1_000);
  expect(ended.length).toBe(sockets.length + inOneTurn);
});
