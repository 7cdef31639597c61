/**
 * Why whoever sees a public key could sign under it; null for an ordinary one. The engine asks for none of this: a
 * handshake that somebody signed without any private key is good to it.
 *
 * @param type the key's type, as `KeyObject.asymmetricKeyType` has it.
 * @param octets the key itself as its SPKI holds it, of a size that is accepted, and in its one writing (RFC 3279 2.3.1,
 *   RFC 8410 4).
 */
export function forgeableKey(type: string | undefined, octets: Uint8Array): string | null {
  switch (type) {
    case "rsa":
    case "rsa-pss":
      return smallFactor(octets);
    case "ed25519":
      return isOfSmallOrder(octets, ED25519) ? "an Ed25519 key of small order" : null;
    case "ed448":
      return isOfSmallOrder(octets, ED448) ? "an Ed448 key of small order" : null;
    case "ml-dsa-44":
    case "ml-dsa-65":
    case "ml-dsa-87":
      return hasSmallVector(octets) ? "an ML-DSA key whose vector t1 is small" : null;
    default:
      return null;
  }
}

/** FIPS 204 algorithm 22: pk is rho, then the coefficients of t1, ten bits each, the low bits first. */
const RHO = 32;
/** Of t1 times 2^13 modulo q, 0 and 1023 are the neighbours of zero; of a key that was drawn, one in eight is as near. */
const NEAR = 64;

/**
 * A signature is checked against A z - c t1 2^13, rounded (FIPS 204 algorithm 8): where t1 is zero, or so small that it is
 * rounded away, that is A z alone, and whoever chooses z has signed. Of a key that was drawn an eighth of t1 is small.
 */
function hasSmallVector(octets: Uint8Array): boolean {
  const packed = octets.subarray(RHO);
  const count = Math.floor((packed.length * 8) / 10);
  let small = 0;
  for (let index = 0; index < count; index += 1) {
    const bit = index * 10;
    const at = bit >> 3;
    const pair = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8);
    const coefficient = (pair >> (bit & 7)) & 0x3ff;
    if (coefficient < NEAR || coefficient > 1023 - NEAR) small += 1;
  }
  return small * 2 > count;
}

interface EdwardsCurve {
  readonly prime: bigint;
  /** The y of the points whose order divides the cofactor. */
  readonly small: ReadonlySet<bigint>;
}

const P25519 = (1n << 255n) - 19n;
/** One y of the points of order 8 (RFC 7748 6.1 speaks of them); the other is its negative. */
const ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const ED25519: EdwardsCurve = {
  prime: P25519,
  small: new Set([0n, 1n, P25519 - 1n, ORDER_8, P25519 - ORDER_8]),
};
const P448 = (1n << 448n) - (1n << 224n) - 1n;
const ED448: EdwardsCurve = { prime: P448, small: new Set([0n, 1n, P448 - 1n]) };

/**
 * RFC 8032 5.1.7, 8.4 leave it open: under a point of small order one signature is good for every message, or for every
 * eighth. The top bit is the sign of x; the rest is y, and y above the prime is the same point in another writing.
 */
function isOfSmallOrder(octets: Uint8Array, { prime, small }: EdwardsCurve): boolean {
  const bits = BigInt(`0x${Buffer.from(octets.toReversed()).toString("hex")}`);
  const y = bits & ((1n << (BigInt(octets.length) * 8n - 1n)) - 1n);
  return small.has(y % prime);
}

/** CA/B BR 6.1.6, NIST SP 800-89 5.3.3: a modulus with such a factor is no product of two large primes. */
const SMALL_PRIMES = primesBelow(752);
const ALL_OF_THEM = SMALL_PRIMES.reduce((product, prime) => product * prime, 1n);

/** SEQUENCE and INTEGER with lengths of two octets each: so does every modulus of 1,024 to 524,280 bits begin. */
const BEFORE_THE_MODULUS = 8;

function smallFactor(octets: Uint8Array): string | null {
  const key = Buffer.from(octets);
  const length = key.readUInt16BE(BEFORE_THE_MODULUS - 2);
  const modulus = key.subarray(BEFORE_THE_MODULUS, BEFORE_THE_MODULUS + length);
  // One division of the long number; the rest are of what is left of it.
  const rest = BigInt(`0x${modulus.toString("hex")}`) % ALL_OF_THEM;
  const factor = SMALL_PRIMES.find((prime) => rest % prime === 0n);
  return factor === undefined ? null : `an RSA key whose modulus is a multiple of ${factor}`;
}

function primesBelow(end: number): readonly bigint[] {
  const primes: number[] = [];
  for (let candidate = 2; candidate < end; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes.map(BigInt);
}
