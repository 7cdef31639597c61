/** Castagnoli's polynomial, its bits in reverse (RFC 3720 B.4). */
const POLYNOMIAL = 0x82f6_3b78;

/** CRC-32C of some bytes. Bit by bit, without a table: it is made over a hundred bytes, once a connection. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
