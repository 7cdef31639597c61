/** What a PROXY protocol header of version 2 says. */
export interface ReadProxyHeader {
  readonly command: "LOCAL" | "PROXY";
  readonly family: "UNSPEC" | "TCP4" | "TCP6";
  readonly source: string | null;
  readonly destination: string | null;
  /** The TLVs by their type, those within PP2_TYPE_SSL among them; each comes once. */
  readonly tlvs: ReadonlyMap<number, Buffer>;
  readonly ssl: { readonly client: number; readonly verify: number } | null;
  /** How many bytes it is. */
  readonly length: number;
}

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const SSL = 0x20;
const CRC = 0x03;

/**
 * Reads one by the letter of https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, and by no code of the
 * verifier's; null while bytes are missing.
 *
 * @throws where anything is not as it is written there.
 */
export function readProxyHeader(bytes: Buffer): ReadProxyHeader | null {
  if (bytes.length < 16) return null;
  must(bytes.subarray(0, 12).toString("hex") === SIGNATURE, "the signature");
  must(bytes[12] === 0x20 || bytes[12] === 0x21, "version and command");
  const length = 16 + bytes.readUInt16BE(14);
  if (bytes.length < length) return null;
  const family = ({ 0x00: "UNSPEC", 0x11: "TCP4", 0x21: "TCP6" } as const)[
    bytes[13] as 0x00 | 0x11 | 0x21
  ];
  must(family !== undefined, "the family");
  const size = { UNSPEC: 0, TCP4: 4, TCP6: 16 }[family];
  const body = bytes.subarray(16, length);
  const end = (at: number, port: number): string | null =>
    size === 0 ? null : `${address(body.subarray(at, at + size))} ${body.readUInt16BE(port)}`;
  const tlvs = readTlvs(body.subarray(size === 0 ? 0 : size * 2 + 4));
  const ssl = tlvs.get(SSL);
  if (ssl !== undefined)
    for (const [type, value] of readTlvs(ssl.subarray(5))) {
      must(!tlvs.has(type), `type ${type} twice`);
      tlvs.set(type, value);
    }
  const sum = tlvs.get(CRC);
  if (sum !== undefined) {
    must(sum.length === 4, "the sum's length");
    const zeroed = Buffer.from(bytes.subarray(0, length));
    const at = sum.byteOffset - bytes.byteOffset;
    zeroed.fill(0, at, at + 4);
    must(castagnoli(zeroed) === sum.readUInt32BE(0), "the sum");
  }
  return {
    command: bytes[12] === 0x20 ? "LOCAL" : "PROXY",
    family,
    source: end(0, size * 2),
    destination: end(size, size * 2 + 2),
    tlvs,
    ssl: ssl === undefined ? null : { client: ssl.readUInt8(0), verify: ssl.readUInt32BE(1) },
    length,
  };
}

function readTlvs(bytes: Buffer): Map<number, Buffer> {
  const tlvs = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length;) {
    must(at + 3 <= bytes.length, "a cut TLV");
    const length = bytes.readUInt16BE(at + 1);
    must(at + 3 + length <= bytes.length, "a TLV that is longer than the header");
    must(!tlvs.has(bytes.readUInt8(at)), "a type twice");
    tlvs.set(bytes.readUInt8(at), bytes.subarray(at + 3, at + 3 + length));
    at += 3 + length;
  }
  return tlvs;
}

function address(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  return (bytes.toString("hex").match(/.{4}/g) ?? []).join(":");
}

/** By a table, and not bit by bit as the verifier does it. */
function castagnoli(bytes: Buffer): number {
  const table = Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc;
  });
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
  return (crc ^ -1) >>> 0;
}

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`no PROXY protocol header: ${what}`);
}
