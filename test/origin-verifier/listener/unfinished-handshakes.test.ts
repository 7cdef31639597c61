import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { createUnfinishedHandshakes } from "../../../origin-verifier/listener/unfinished-handshakes.ts";

interface Ends {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  readonly localAddress?: string;
}

/** A connection between these ends, as far as it is looked at. */
function connection(ends: Ends) {
  const socket = Object.assign(new EventEmitter(), {
    remoteAddress: "192.0.2.1",
    remotePort: 1,
    localAddress: "198.51.100.1",
    ...ends,
    isDestroyed: false,
    destroy: () => {
      socket.isDestroyed = true;
      socket.emit("close");
    },
  });
  return socket;
}

type Connection = ReturnType<typeof connection>;

/** Those of so many at most, with these begun one after the other. */
function begun(most: number, ...all: readonly Connection[]) {
  const unfinished = createUnfinishedHandshakes(most);
  for (const one of all) unfinished.begin(one as unknown as Socket);
  return unfinished;
}

const finish = (
  unfinished: ReturnType<typeof begun>,
  { remoteAddress, remotePort, localAddress }: Connection,
): void => unfinished.finish({ remoteAddress, remotePort }, localAddress);

test("the oldest gives way where there are more than so many, and none before", () => {
  const all = [1, 2, 3].map((remotePort) => connection({ remotePort }));
  const unfinished = begun(3, ...all);
  expect(all.map(({ isDestroyed }) => isDestroyed)).toEqual([false, false, false]);
  unfinished.begin(connection({ remotePort: 4 }) as unknown as Socket);
  expect(all.map(({ isDestroyed }) => isDestroyed)).toEqual([true, false, false]);
});

test("whoever ended its handshake, or its connection, gives way to nobody and keeps nobody out", () => {
  const all = [1, 2, 3, 4].map((remotePort) => connection({ remotePort }));
  const [first, second, ...others] = all as [Connection, Connection, Connection, Connection];
  const unfinished = begun(2, first, second);
  finish(unfinished, first);
  second.destroy();
  for (const one of others) unfinished.begin(one as unknown as Socket);
  expect([first.isDestroyed, ...others.map(({ isDestroyed }) => isDestroyed)]).toEqual([
    false,
    false,
    false,
  ]);
  expect([...unfinished.all()]).toEqual(others);
});

test("one end of a peer's that is connected to two of our addresses counts twice", () => {
  const addresses = ["198.51.100.1", "198.51.100.2", "198.51.100.3"];
  const all = addresses.map((localAddress) => connection({ localAddress }));
  const [oldest, second, third] = all as [Connection, Connection, Connection];
  const unfinished = begun(2, ...all);
  expect([oldest, second, third].map(({ isDestroyed }) => isDestroyed)).toEqual([
    true,
    false,
    false,
  ]);
  finish(unfinished, second);
  expect([...unfinished.all()]).toEqual([third]);
});

test("what has no address any more is gone, and is not kept", () => {
  const gone = Object.assign(connection({}), { remoteAddress: undefined });
  expect([...begun(2, gone as unknown as Connection).all()]).toEqual([]);
});
