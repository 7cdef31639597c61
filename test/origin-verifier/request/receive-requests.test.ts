import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { createReceiver } from "../../../origin-verifier/request/receive-requests.ts";
import type { ReceiveOptions } from "../../../origin-verifier/request/receiver.ts";
import { createTurns, endTurns } from "../../../origin-verifier/request/turns.ts";

it("what still comes behind a refused request is not read", async () => {
  const turns = createTurns();
  endTurns(turns);
  const socket = new PassThrough().resume();
  const receiver = createReceiver({ peerOf: () => ({ turns }) } as unknown as ReceiveOptions);
  receiver.request({ socket } as unknown as IncomingMessage, {} as ServerResponse);
  // What Node's parser does at the end of each message.
  socket.resume();
  await new Promise(setImmediate);
  expect(socket.isPaused()).toBe(true);
});

it("a connection that went past the first lock is none, in whatever way it asks", () => {
  const receiver = createReceiver({ peerOf: () => undefined } as unknown as ReceiveOptions);
  const ways: readonly ((socket: PassThrough) => void)[] = [
    (socket) => receiver.request({ socket } as unknown as IncomingMessage, {} as ServerResponse),
    (socket) => receiver.tunnel({ socket } as unknown as IncomingMessage, socket, Buffer.alloc(0)),
    (socket) => receiver.unreadable(new Error("unreadable"), socket),
  ];
  for (const way of ways) {
    const socket = new PassThrough();
    way(socket);
    expect(socket.destroyed).toBe(true);
  }
});
