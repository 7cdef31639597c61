import { AsnConvert } from "@peculiar/asn1-schema";

/** How much is read; more is not read at all. */
export interface ReadLimits {
  readonly maxDepth: number;
  /** Values, those within others counted too. */
  readonly maxNodes: number;
  /** Octets. */
  readonly maxContentLength: number;
}

/**
 * Bounds for what a stranger hands us. Reading takes about 1 ms for each KiB: a certificate of 5,000 names (94 KiB) would cost a
 * hundred times what its handshake does. An RSA-4096 certificate with a hundred names has 3 KiB.
 */
export const CERTIFICATE_LIMITS: ReadLimits = {
  maxDepth: 32,
  maxNodes: 1500,
  maxContentLength: 8192,
};

/**
 * Reads DER as a structure, exactly: null unless writing the value again gives the very same bytes. Never throws.
 *
 * asn1-schema reads BER and steps over what it does not expect: `30 06 02 01 00 01 01 FF` (basicConstraints with its fields
 * swapped) is "cA false" to it, and `30 09 01 01 FF 02 01 00 02 01 01` loses its last field. A certificate that two parsers read
 * differently is an attack on one of them, so nothing may be left unread: DER has one encoding for one value (X.690 10,
 * RFC 5280 4.1).
 */
export function parseExactly<T>(
  der: Uint8Array,
  type: new () => T,
  limits: ReadLimits = CERTIFICATE_LIMITS,
): T | null {
  if (der.length > limits.maxContentLength) return null;
  try {
    const value = AsnConvert.parse<T>(der, type, { berOptions: { ...limits } });
    return Buffer.from(AsnConvert.serialize(value)).equals(der) ? value : null;
  } catch {
    return null;
  }
}
