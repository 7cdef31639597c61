import { SocketAddress } from "node:net";
import { crc32c } from "./crc32c.ts";
import {
  FIXED_BYTES,
  LOCAL,
  PROXY,
  SIGNATURE,
  TCP4,
  TCP6,
  TYPE_CRC32C,
  UNSPECIFIED,
  type Endpoint,
} from "./format.ts";

/** The first 16 bytes of a header: how many follow. */
export type ReadStart =
  | { readonly ok: true; readonly rest: number }
  | { readonly ok: false; readonly detail: string };

/** Who connected to the balancer; null where it does not know (2.2, UNSPEC), or has connected for itself (LOCAL). */
export type ReadHeader =
  | { readonly ok: true; readonly source: Endpoint | null; readonly isOwn: boolean }
  | { readonly ok: false; readonly detail: string };

/** Balancers send below 200 bytes, clouds' own additions included; nobody needs 64 KiB before the handshake. */
const MOST_BYTES = 4_096;
/** Bytes of both addresses and both ports. */
const ADDRESSES = { [TCP4]: 12, [TCP6]: 36, [UNSPECIFIED]: 0 } as const;

/**
 * Reads how a header of PROXY protocol version 2 begins
 * (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, 2.2). Version 1, the one in text, is not read: its end is
 * found by searching, and nothing in it says that it came whole.
 *
 * @param start exactly 16 bytes.
 */
export function readHeaderStart(start: Buffer): ReadStart {
  if (!start.subarray(0, SIGNATURE.length).equals(SIGNATURE))
    return no("what came is no PROXY protocol header of version 2");
  const command = start.readUInt8(12);
  if (command !== PROXY && command !== LOCAL)
    return no("a PROXY protocol header of another version or command");
  const family = familyOf(start);
  const rest = start.readUInt16BE(14);
  // LOCAL's addresses are to be skipped, whatever they are (2.2): they are not looked at.
  if (command === PROXY) {
    if (family === null) return no("a PROXY protocol header of something other than TCP");
    if (rest < ADDRESSES[family]) return no("a PROXY protocol header that is too short");
  }
  if (FIXED_BYTES + rest > MOST_BYTES)
    return no(`a PROXY protocol header of more than ${MOST_BYTES} bytes`);
  return { ok: true, rest };
}

/**
 * Reads the whole of it.
 *
 * @param header exactly as many bytes as {@link readHeaderStart} asked for, the first 16 included.
 */
export function readHeader(header: Buffer): ReadHeader {
  if (header.readUInt8(12) === LOCAL) return { ok: true, source: null, isOwn: true };
  const family = familyOf(header) ?? UNSPECIFIED;
  const body = header.subarray(FIXED_BYTES);
  const problem = extensionsProblem(header, FIXED_BYTES + ADDRESSES[family]);
  if (problem !== null) return no(problem);
  if (family === UNSPECIFIED) return { ok: true, source: null, isOwn: false };
  const bytes = family === TCP4 ? 4 : 16;
  const address = addressText(body.subarray(0, bytes));
  return { ok: true, source: { address, port: body.readUInt16BE(bytes * 2) }, isOwn: false };
}

/** The TLVs behind the addresses: each whole, and the checksum right where there is one (2.2.3: a receiver must look). */
function extensionsProblem(header: Buffer, from: number): string | null {
  let at = from;
  while (at < header.length) {
    const valueAt = at + 3;
    if (valueAt > header.length) return "a PROXY protocol header that ends within a TLV";
    const end = valueAt + header.readUInt16BE(at + 1);
    if (end > header.length) return "a PROXY protocol header that ends within a TLV";
    if (header.readUInt8(at) === TYPE_CRC32C) {
      const zeroed = Buffer.from(header);
      zeroed.fill(0, valueAt, end);
      if (end - valueAt !== 4 || crc32c(zeroed) !== header.readUInt32BE(valueAt))
        return "a PROXY protocol header whose checksum is wrong";
    }
    at = end;
  }
  return null;
}

function familyOf(header: Buffer): keyof typeof ADDRESSES | null {
  const family = header.readUInt8(13);
  return family === TCP4 || family === TCP6 || family === UNSPECIFIED ? family : null;
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  // As the system writes it: `2001:db8::1`.
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}

function no(detail: string): { ok: false; detail: string } {
  return { ok: false, detail };
}
