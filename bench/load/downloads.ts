import net from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";
import type { Load, Told } from "./load.ts";
import type { Target } from "./messages.ts";
import { peerOptions } from "./open-connection.ts";
import { RecordCounter } from "./record-counter.ts";
import { requestBytes } from "./request-bytes.ts";

/** What comes is read into this, and is copied or counted before the next: one for all connections. */
const SCRATCH = Buffer.alloc(512 * 1024);

/** What a download tells. */
interface Hears {
  /** So many bytes more of the body have come. */
  readonly moved: (bytes: number) => void;
  readonly done: () => void;
  readonly failed: (why: string) => void;
}

/**
 * Bodies that come, at so many connections at once, each body on a connection of its own. Of an answer the head is decrypted; of its
 * body the records are counted, and no more: to decrypt it costs as much as to send it, and it would be the loader that is measured.
 */
export function startDownloads(
  target: Target,
  { connections, bytes }: { connections: number; bytes: number },
  told: Told,
): Load {
  if (target.tls === null) throw new Error("bodies are pulled by TLS alone");
  const options = peerOptions(target.tls);
  const request = requestBytes(target.host, "/down");
  let moved = 0;
  let ready = 0;
  let stopping = false;
  const current: (() => void)[] = [];
  const next = (at: number, isFirst: boolean): void => {
    if (stopping) return;
    const port = target.ports[at % target.ports.length] ?? 0;
    current[at] = download(port, options, request, bytes, {
      moved: (more) => (moved += more),
      done: () => {
        if (isFirst) ready += 1;
        if (isFirst && ready === connections) told.ready();
        next(at, false);
      },
      failed: (why) => !stopping && told.failed(why),
    });
  };
  for (let at = 0; at < connections; at += 1) next(at, true);
  return {
    done: () => moved / bytes,
    latencies: () => [],
    stop: () => {
      stopping = true;
      for (const end of current) end();
    },
  };
}

/** One body. @returns what ends it before its time. */
function download(
  port: number,
  options: tls.ConnectionOptions,
  request: Buffer,
  bytes: number,
  hears: Hears,
): () => void {
  const records = new RecordCounter();
  let head: string | null = "";
  let body = 0;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    tcp.destroy();
    peer.destroy();
  };
  const fail = (why: string): void => {
    if (isOver) return;
    end();
    hears.failed(why);
  };
  const count = (more: number): void => {
    body += more;
    hears.moved(more);
    if (body > bytes) fail("an answer is longer than it said");
    if (body !== bytes) return;
    end();
    hears.done();
  };
  const callback = (length: number, buffer: Uint8Array): boolean => {
    const came = buffer.subarray(0, length);
    const carried = records.take(came);
    // A record that began before the head was read and ends after it is one of those that are counted.
    if (head === null) count(carried);
    else wire.push(Buffer.from(came));
    return !isOver;
  };
  const onread = { buffer: SCRATCH, callback };
  const tcp = net.connect({ host: "127.0.0.1", port, noDelay: true, onread });
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _, sent) => void tcp.write(chunk, sent),
  });
  const peer = tls.connect({ ...options, socket: wire });
  peer.once("secureConnect", () => peer.write(request));
  peer.on("data", (chunk: Buffer) => {
    if (isOver) return;
    if (head === null) return count(chunk.length);
    head += chunk.toString("latin1");
    const at = head.indexOf("\r\n\r\n");
    if (at === -1) return;
    const said = head.slice(0, at);
    const after = head.length - at - 4;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(said)?.[1]);
    if (!said.startsWith("HTTP/1.1 200") || length !== bytes)
      return fail(`an answer that nobody asked for:\n${head.slice(0, 500)}`);
    head = null;
    count(after);
  });
  for (const one of [tcp, peer]) {
    one.on("error", (error: Error) => fail(error.message));
    one.on("close", () => fail("the connection ended"));
  }
  return end;
}
