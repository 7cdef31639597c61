import { addressBytes } from "./address-bytes.ts";
import { crc32c } from "./crc32c.ts";
import {
  FIXED_BYTES,
  PROXY,
  SIGNATURE,
  TCP4,
  TCP6,
  TYPE_CRC32C,
  UNSPECIFIED,
  type Endpoint,
} from "./format.ts";

/** What a PROXY protocol header says of a connection. */
export interface ProxyHeader {
  /** Who connected. */
  readonly source: Endpoint;
  /** To where. */
  readonly destination: Endpoint;
  /** The name in the TLS handshake. */
  readonly authority: string;
  /** As Node says it: `TLSv1.3`. */
  readonly tlsVersion: string;
  /** Whether the peer's certificate is one that its entry accepts. Where not, nothing is said of any certificate. */
  readonly accepted: boolean;
}

const TYPE_ALPN = 0x01;
const TYPE_AUTHORITY = 0x02;
const TYPE_SSL = 0x20;
const SUBTYPE_SSL_VERSION = 0x21;

const CLIENT_SSL = 0x01;
const CLIENT_CERT_CONN = 0x02;
const CLIENT_CERT_SESS = 0x04;

/**
 * Writes a PROXY protocol header, version 2: who connected, and with which TLS. No common name goes along
 * (PP2_SUBTYPE_SSL_CN): it is not what a pull is accepted for, and whoever decided by it would decide by less.
 */
export function proxyHeader(header: ProxyHeader): Buffer {
  const { source, destination, authority, tlsVersion, accepted } = header;
  const [family, addresses] = addressBlock(source, destination);
  const client = accepted ? CLIENT_SSL | CLIENT_CERT_CONN | CLIENT_CERT_SESS : CLIENT_SSL;
  const body = Buffer.concat([
    addresses,
    tlv(TYPE_ALPN, Buffer.from("http/1.1", "latin1")),
    tlv(TYPE_AUTHORITY, Buffer.from(authority, "latin1")),
    tlv(
      TYPE_SSL,
      // `verify`, four bytes: 0 is a certificate that was presented and found good, and everything else is not.
      Buffer.from([client, 0, 0, 0, accepted ? 0 : 1]),
      tlv(SUBTYPE_SSL_VERSION, Buffer.from(tlsVersion, "latin1")),
    ),
    // Last, so that its value is the last four bytes: zero while the sum is made (2.2.3).
    tlv(TYPE_CRC32C, Buffer.alloc(4)),
  ]);
  const fixed = Buffer.alloc(FIXED_BYTES);
  SIGNATURE.copy(fixed);
  // LOCAL is for connections that are relayed for nobody, and there are none.
  fixed.writeUInt8(PROXY, 12);
  fixed.writeUInt8(family, 13);
  fixed.writeUInt16BE(body.length, 14);
  const whole = Buffer.concat([fixed, body]);
  whole.writeUInt32BE(crc32c(whole), whole.length - 4);
  return whole;
}

/** Both addresses and both ports; nothing, where they are not of one family (a socket that was reset knows none). */
function addressBlock(source: Endpoint, destination: Endpoint): readonly [number, Buffer] {
  const from = addressBytes(source.address);
  const to = addressBytes(destination.address);
  if (from === null || to === null || from.length !== to.length)
    return [UNSPECIFIED, Buffer.alloc(0)];
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(source.port, 0);
  ports.writeUInt16BE(destination.port, 2);
  return [from.length === 4 ? TCP4 : TCP6, Buffer.concat([from, to, ports])];
}

function tlv(type: number, ...value: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(value);
  const head = Buffer.alloc(3);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
