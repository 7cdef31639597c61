/** One end of a connection, as a socket says it: an IP address in text, and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What each header of version 2 begins with: https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, 2.2. */
export const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

/** Version 2, and the command: relayed for somebody, or the sender's own connection (a health check). */
export const PROXY = 0x21;
export const LOCAL = 0x20;

/** Address families, TCP alone. */
export const TCP4 = 0x11;
export const TCP6 = 0x21;
export const UNSPECIFIED = 0x00;

/** 16 bytes before the addresses. */
export const FIXED_BYTES = 16;

/** The checksum of the whole header, zero in its own place while it is made (2.2.3). */
export const TYPE_CRC32C = 0x03;
