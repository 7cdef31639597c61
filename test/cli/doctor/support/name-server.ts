import { createSocket } from "node:dgram";
import { once } from "node:events";

/** What a name leads to: addresses, or an alias of another name. */
export type Zone = Readonly<
  Record<string, { readonly a?: readonly string[]; readonly alias?: string }>
>;

/** A name server with a few names, on loopback. */
export interface NameServer {
  /** `ADDRESS:PORT`. */
  readonly address: string;
  readonly close: () => void;
}

const [A, CNAME] = [1, 5];
const NO_SUCH_NAME = 3;

/** Starts one. It answers A and CNAME (RFC 1035 4), follows aliases as a resolver does, and knows no other types. */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket("udp4");
  socket.on("message", (query, peer) => {
    const { name, end } = readName(query, 12);
    const type = query.readUInt16BE(end);
    const answers = answersTo(zone, name, type);
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    // An answer, recursion desired and available.
    header.writeUInt16BE(0x8180 | (zone[name] === undefined ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    const question = query.subarray(12, end + 4);
    socket.send(Buffer.concat([header, question, ...answers]), peer.port, peer.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { address: `127.0.0.1:${socket.address().port}`, close: () => void socket.close() };
}

function answersTo(zone: Zone, name: string, type: number): Buffer[] {
  const { a = [], alias } = zone[name] ?? {};
  if (alias !== undefined && (type === A || type === CNAME)) {
    const own = record(name, CNAME, writeName(alias));
    return type === CNAME ? [own] : [own, ...answersTo(zone, alias, type)];
  }
  if (type !== A) return [];
  return a.map((address) => record(name, A, Buffer.from(address.split(".").map(Number))));
}

function record(name: string, type: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(60, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([writeName(name), fixed, data]);
}

function writeName(name: string): Buffer {
  const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([...labels, 0]);
}

function readName(query: Buffer, from: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = from;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + size));
    at += size + 1;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 1 };
}
