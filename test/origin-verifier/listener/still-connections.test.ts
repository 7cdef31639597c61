import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createStillConnections } from "../../../origin-verifier/listener/still-connections.ts";

const STILL_MS = 60_000;

let server: Server;
let peer: Socket;
let socket: Socket;
/** Looks everything over, as the clock would; null where nothing is to be looked over. */
let look: (() => void) | null;

beforeEach(async () => {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  peer = connect((server.address() as AddressInfo).port, "127.0.0.1");
  [socket] = (await once(server, "connection")) as [Socket];
  socket.resume();
  const clock = {
    everyInterval: (given: () => void) => {
      look = given;
      return () => {
        look = null;
      };
    },
  };
  createStillConnections(clock, STILL_MS).watch(socket);
});
afterEach(() => {
  peer.destroy();
  socket.destroy();
  server.close();
});

it("gives a timer to a connection on which nothing moves, and only then", () => {
  look?.();
  expect(socket.timeout).toBeUndefined();
  look?.();
  expect(socket.timeout).toBe(STILL_MS);
});

it.each([
  ["comes", () => peer.write("x"), () => socket.bytesRead],
  ["goes", () => socket.write("x"), () => peer.bytesRead],
])("takes it away where something %s", async (_, move, moved) => {
  look?.();
  look?.();
  expect(socket.timeout).toBe(STILL_MS);
  move();
  peer.resume();
  await expect.poll(moved).toBe(1);
  look?.();
  expect(socket.timeout).toBe(0);
  look?.();
  expect(socket.timeout).toBe(STILL_MS);
});

it("leaves alone whoever has a timer of its own", () => {
  socket.setTimeout(90_000);
  look?.();
  look?.();
  look?.();
  expect(socket.timeout).toBe(90_000);
});

it("looks nothing over when all are closed", async () => {
  look?.();
  socket.destroy();
  await once(socket, "close");
  expect(look).not.toBeNull();
  look?.();
  expect(look).toBeNull();
});
