import { randomBytes } from "node:crypto";

/**
 * A fresh serial number, as hex: 16 octets, random but for the first two bits. Those are 01, so that the number is
 * positive and always as long (RFC 5280 4.1.2.2 wants positive, at most 20 octets; the CA/Browser Forum 64 random bits).
 */
export function makeSerialNumber(): string {
  const octets = randomBytes(16);
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return octets.toString("hex");
}
