import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Peer } from "../../../origin-verifier/listener/peer.ts";
import {
  createStillConnections,
  type StillConnections,
} from "../../../origin-verifier/listener/still-connections.ts";
import { createTurns, type Turn, type Turns } from "../../../origin-verifier/request/turns.ts";

const STILL_MS = 60_000;

let server: Server;
let peer: Socket;
let socket: Socket;
let turns: Turns;
let still: StillConnections;
let now: number;
let look: (() => void) | null;

/** Looks everything over after so many milliseconds. */
const after = (ms: number): void => {
  now += ms;
  look?.();
};

beforeEach(async () => {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  peer = connect((server.address() as AddressInfo).port, "127.0.0.1");
  [socket] = (await once(server, "connection")) as [Socket];
  socket.resume();
  peer.pause();
  turns = createTurns();
  now = 0;
  look = null;
  still = createStillConnections(
    {
      now: () => now,
      everyInterval: (given) => {
        look = given;
        return () => {
          look = null;
        };
      },
    },
    STILL_MS,
  );
  still.watch(socket, { turns } as Peer);
  after(1_000);
});
afterEach(() => {
  peer.destroy();
  socket.destroy();
  server.close();
});

/** Something comes. */
async function come(): Promise<void> {
  const before = socket.bytesRead;
  peer.write("x");
  await expect.poll(() => socket.bytesRead).toBe(before + 1);
}

/** More waits to go out than the peer, who reads nothing, lets go. */
async function wait(): Promise<void> {
  socket.write(Buffer.alloc(32 * 1024 * 1024));
  socket.write("behind it");
  await once(peer, "readable");
}

describe("a connection gets a timer", () => {
  it("where nothing moves, and only then", () => {
    expect(socket.timeout).toBeUndefined();
    after(1_000);
    expect(socket.timeout).toBe(STILL_MS);
  });

  it("where something waits to go out, though more is added to it", async () => {
    await wait();
    after(1_000);
    expect(socket.timeout).toBe(STILL_MS);
    socket.write("more");
    after(1_000);
    expect(socket.timeout).toBe(STILL_MS);
  });
});

describe("it loses the timer", () => {
  it("where something comes", async () => {
    after(1_000);
    await come();
    after(1_000);
    expect(socket.timeout).toBe(0);
    after(1_000);
    expect(socket.timeout).toBe(STILL_MS);
  });

  it("where something goes", async () => {
    after(1_000);
    await new Promise<unknown>((resolve) => {
      socket.write("x", resolve);
    });
    after(1_000);
    expect(socket.timeout).toBe(0);
  });

  it("where what waited has gone", async () => {
    await wait();
    after(1_000);
    peer.resume();
    await expect.poll(() => socket.writableLength).toBe(0);
    after(1_000);
    expect(socket.timeout).toBe(0);
  });

  it("where it is left", () => {
    after(1_000);
    still.leave(socket);
    expect(socket.timeout).toBe(0);
    after(1_000);
    after(1_000);
    expect(socket.timeout).toBe(0);
  });
});

describe("whoever sends on without reading", () => {
  it("ends, though Node's timer begins anew with each byte of it", async () => {
    await wait();
    after(1_000);
    await come();
    after(STILL_MS - 1);
    expect(socket.destroyed).toBe(false);
    after(1);
    expect(socket.destroyed).toBe(true);
  });

  it("goes on where it reads at last", async () => {
    await wait();
    after(1_000);
    await come();
    after(STILL_MS - 1);
    peer.resume();
    await expect.poll(() => socket.writableLength).toBe(0);
    after(1);
    after(1);
    expect(socket.destroyed).toBe(false);
  });
});

describe("a timer that somebody else has set", () => {
  it("holds", () => {
    socket.setTimeout(90_000);
    after(90_000 + STILL_MS - 1_001);
    expect(socket.timeout).toBe(90_000);
  });

  it("does not hold where it is over, and nothing came of it", () => {
    socket.setTimeout(90_000);
    after(90_000 + STILL_MS);
    expect(socket.timeout).toBe(STILL_MS);
  });

  it("stays where the connection is left", () => {
    socket.setTimeout(90_000);
    still.leave(socket);
    expect(socket.timeout).toBe(90_000);
  });
});

it("lets go of what was answered", () => {
  let isAnswered = false;
  turns.current = { isAnswered: () => isAnswered, isWhole: () => true } as Turn;
  after(1_000);
  expect(turns.current).not.toBeNull();
  isAnswered = true;
  after(1_000);
  expect(turns.current).toBeNull();
});

it("looks nothing over when all are closed, and looks again at the next", async () => {
  socket.destroy();
  await once(socket, "close");
  expect(look).not.toBeNull();
  after(1_000);
  expect(look).toBeNull();
  still.watch(socket, { turns } as Peer);
  expect(look).not.toBeNull();
});
