import { createServer, request, type IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { inPieces, type Chance } from "./chance.ts";
import type { Message } from "./fast-reader.ts";

/** A connection of nothing but bytes that were there before, whose other direction is thrown away. */
class Bytes extends Duplex {
  #pieces: Buffer[];
  constructor(pieces: readonly Buffer[]) {
    super();
    this.#pieces = [...pieces];
  }
  override _read(): void {
    const piece = this.#pieces.shift();
    if (piece !== undefined) this.push(piece);
  }
  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
  }
  /** Everything has been taken. */
  isRead(): boolean {
    return this.#pieces.length === 0 && this.readableLength === 0;
  }
  endReading(): void {
    this.push(null);
  }
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

function collect(message: IncomingMessage, first: string): Message {
  const one: Message = { first, headers: message.rawHeaders, body: "", ends: "open" };
  messages.set(one, message);
  message.on("data", (chunk: Buffer) => (one.body += chunk.toString("latin1")));
  message.on("error", () => {});
  return one;
}

const messages = new WeakMap<Message, IncomingMessage>();

/** Whether it came whole, as the parser knows it: the stream of it may have ended with its connection. */
function finished(one: Message): Message {
  if (messages.get(one)?.complete === true) one.ends = "whole";
  return one;
}

const found = new WeakMap<object, Message[]>();
const server = createServer({ requireHostHeader: false, maxHeaderSize: 20 * 1024 });
server.maxHeadersCount = 0;
const take = (message: IncomingMessage): void => {
  const { method = "", url = "" } = message;
  found.get(message.socket)?.push(collect(message, `${method} ${url}`));
};
// The answers come at once: the parser would not go on reading what waits behind too many.
server.on("request", (message, response) => {
  take(message);
  message.on("end", () => response.end());
});
for (const event of ["checkContinue", "checkExpectation"] as const) server.on(event, take);
for (const event of ["upgrade", "connect"] as const) server.on(event, take);
// What was read until then is still to be told.
server.on("clientError", () => {});

/** Reads streams as Node's parser does. */
export async function readNode(
  streams: readonly string[],
  chance: Chance,
): Promise<readonly (readonly Message[])[]> {
  const sockets = streams.map((stream) => {
    const socket = new Bytes(inPieces(stream, chance));
    found.set(socket, []);
    server.emit("connection", socket);
    return socket;
  });
  await settled(sockets);
  const all = sockets.map((socket) => (found.get(socket) ?? []).map(finished));
  for (const socket of sockets) socket.destroy();
  return all;
}

/** Reads answers as Node's parser does: null for what it refuses. */
export async function readNodeAnswers(
  streams: readonly string[],
  methods: readonly string[],
  chance: Chance,
): Promise<readonly (Message | null)[]> {
  const answers = streams.map((stream, at): { message: Message | null; socket: Bytes } => {
    const socket = new Bytes(inPieces(stream, chance));
    const one: { message: Message | null; socket: Bytes } = { message: null, socket };
    const asked = request({ createConnection: () => socket, method: methods[at] ?? "GET" });
    asked.on("error", () => {});
    asked.on("response", (message) => {
      one.message = collect(message, String(message.statusCode));
    });
    asked.on("upgrade", (_answer, tunnel) => tunnel.destroy());
    asked.end();
    return one;
  });
  const sockets = answers.map(({ socket }) => socket);
  await settled(sockets);
  for (const socket of sockets) if (!socket.destroyed) socket.endReading();
  await turns(3);
  for (const socket of sockets) socket.destroy();
  return answers.map(({ message }) => (message === null ? null : finished(message)));
}

/** Until nothing is left that somebody reads, and what was read has been told. */
async function settled(sockets: readonly Bytes[]): Promise<void> {
  for (let quiet = 0, left = -1; quiet < 3;) {
    await turns(1);
    const now = sockets.filter((socket) => !socket.destroyed && !socket.isRead()).length;
    quiet = now === left || now === 0 ? quiet + 1 : 0;
    left = now;
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
