import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createOriginServer } from "../../../origin-verifier/adapters/node.ts";
import type { OriginServer } from "../../../origin-verifier/adapters/origin-server.ts";
import { open } from "../../support/conversation.ts";
import { head, webSocketHead } from "../../support/http-world.ts";
import { SHOP, startVerifierWorld, type VerifierWorld } from "../../support/verifier-world.ts";

let world: VerifierWorld;
let server: OriginServer;
let unhandled: unknown[];
let before: readonly NodeJS.UnhandledRejectionListener[];

beforeEach(async () => {
  world = await startVerifierWorld();
  unhandled = [];
  // The runner has a listener, and Node without any ends the process: which is what is tried here.
  before = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => unhandled.push(reason));
});
afterEach(async () => {
  process.removeAllListeners("unhandledRejection");
  for (const listener of before) process.on("unhandledRejection", listener);
  server.closeAllConnections();
  await world.close();
});

const fails = async () => {
  await pause(50);
  throw new Error("late");
};
const throws = () => {
  throw new Error("at once");
};
const upgrade = webSocketHead();

it.each([
  ["request", "two that fail later", [fails, fails], head("GET /")],
  ["request", "one that throws beside one that fails later", [fails, throws], head("GET /")],
  ["upgrade", "one that throws beside one that fails later", [fails, throws], upgrade],
] as const)(
  "of listeners for %s, %s end the connection alone",
  async (event, _, listeners, bytes) => {
    server = createOriginServer(world.verifier, event === "request" ? listeners[0] : () => {});
    for (const listener of event === "request" ? listeners.slice(1) : listeners)
      // oxlint-disable-next-line no-misused-promises -- what it returns is waited for here
      server.on(event, listener);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { certificate: cert, key } = world.pki.shop;
    const pull = await open((server.address() as AddressInfo).port, { cert, key }, SHOP);
    pull.send(bytes);
    expect(await pull.ended).toBe("");
    await pause(100);
    expect(unhandled).toEqual([]);
  },
);
