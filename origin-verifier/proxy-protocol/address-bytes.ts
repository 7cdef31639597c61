import { isIP } from "node:net";

const MAPPED = /^::ffff:([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)$/i;

/**
 * The bytes of an IP address: 4 or 16, in network order; null where the text is none. An IPv4 address that a socket of
 * both families shows as `::ffff:192.0.2.1` is 4 bytes.
 */
export function addressBytes(written: string): Buffer | null {
  // A link-local address comes with the name of its interface, which means nothing to anybody else.
  const [address = ""] = written.split("%");
  const v4 = MAPPED.exec(address)?.[1] ?? address;
  if (isIP(v4) === 4) return Buffer.from(v4.split(".").map(Number));
  return isIP(address) === 6 ? v6(address) : null;
}

function v6(address: string): Buffer {
  const [before = "", after] = address.split("::");
  const first = groups(before);
  const last = after === undefined ? [] : groups(after);
  const bytes = Buffer.alloc(16);
  Buffer.from(first).copy(bytes, 0);
  Buffer.from(last).copy(bytes, 16 - last.length);
  return bytes;
}

function groups(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (group.includes(".")) return group.split(".").map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
