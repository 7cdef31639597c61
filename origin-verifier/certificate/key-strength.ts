import type { KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import type { SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import type { KeyKind } from "../profile/profile.ts";
import { forgeableKey } from "./forgeable-key.ts";

/** What a public key is, and why it is not accepted, if it is not. */
export interface KeyFacts {
  /** For people: `RSA 2048`, `EC P-256`, `Ed25519`. */
  readonly name: string;
  /** Null for a kind that is not accepted. */
  readonly kind: KeyKind | null;
  /** The public exponent of an RSA key; null for every other. */
  readonly exponent: bigint | null;
  /** Why the key is not accepted; null for a good one. */
  readonly weak: string | null;
}

// RFC 5480 2.1.1.1, named curves alone: explicit parameters let the maker choose a generator for which he knows
// the private key of somebody else's point (CVE-2020-0601).
const CURVES: ReadonlyMap<string, "P-256" | "P-384" | "P-521"> = new Map([
  ["06082a8648ce3d030107", "P-256"],
  ["06052b81040022", "P-384"],
  ["06052b81040023", "P-521"],
]);

/** Below: CA/B BR 6.1.5. Above: the cost of a check grows with the cube of the size (CVE-2023-29409: Go's limit is the same). */
export const RSA_BITS = { least: 2048, most: 8192 } as const;
/** OpenSSL's own bound for long moduli: a check costs as many multiplications as the exponent has bits. */
const MOST_RSA_EXPONENT = 1n << 64n;

/**
 * Judges a key by its type and size.
 *
 * @param key What the engine read; null where it could not (an unknown algorithm, a point that is not on its curve).
 */
export function readKeyFacts(info: SubjectPublicKeyInfo, key: KeyObject | null): KeyFacts {
  if (key === null) {
    return {
      ...NO_KIND,
      name: `unreadable (${info.algorithm.algorithm})`,
      weak: `a key that cannot be read (${info.algorithm.algorithm})`,
    };
  }
  const octets = new Uint8Array(info.subjectPublicKey);
  // Before anything is asked of the engine's key: on Node 22 `asymmetricKeyDetails` of the point at infinity ends the process.
  if (info.algorithm.algorithm === EC && octets[0] !== UNCOMPRESSED) {
    const weak = "an EC key whose point is not in its uncompressed form";
    return { ...NO_KIND, name: "EC", weak };
  }
  const read = readStrength(info, key);
  return {
    ...read,
    weak: read.weak ?? oddlyWritten(info, key) ?? forgeableKey(key.asymmetricKeyType, octets),
  };
}

const NO_KIND = { kind: null, exponent: null } as const;

const EC = "1.2.840.10045.2.1";
/** RFC 8422 5.1.1 has the others deprecated; RFC 5480 2.2 forbids the hybrid form. */
const UNCOMPRESSED = 0x04;

/**
 * Whether the engine would write the same key differently: a modulus that DER calls negative, bytes behind the exponent,
 * parameters where there are none. Two readers may read two keys there. Null for a key that has one writing.
 */
function oddlyWritten(info: SubjectPublicKeyInfo, key: KeyObject): string | null {
  const written = key.export({ type: "spki", format: "der" });
  return written.equals(Buffer.from(AsnConvert.serialize(info)))
    ? null
    : `${key.asymmetricKeyType} key parameters that are not as RFC 3279, 4055 or 8410 have them`;
}

function readStrength(info: SubjectPublicKeyInfo, key: KeyObject): KeyFacts {
  const details = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "rsa":
    case "rsa-pss": {
      const bits = details.modulusLength ?? 0;
      const exponent = details.publicExponent ?? 0n;
      const weak = weakRsa(bits, exponent, details.hashAlgorithm);
      return { name: `RSA ${bits}`, kind: "RSA", exponent, weak };
    }
    case "ec": {
      const curve = CURVES.get(
        Buffer.from(info.algorithm.parameters ?? new ArrayBuffer(0)).toString("hex"),
      );
      if (curve !== undefined)
        return { name: `EC ${curve}`, kind: curve, exponent: null, weak: null };
      const named = details.namedCurve ?? "explicit parameters";
      return {
        ...NO_KIND,
        name: `EC ${named}`,
        weak: `an EC key on ${named} (P-256, P-384 and P-521 are accepted)`,
      };
    }
    case "ed25519":
      return { name: "Ed25519", kind: "Ed25519", exponent: null, weak: null };
    case "ed448":
      return { name: "Ed448", kind: "Ed448", exponent: null, weak: null };
    // FIPS 204; known from Node 24 with OpenSSL 3.5 on, and refused before.
    case "ml-dsa-44":
      return { name: "ML-DSA-44", kind: "ML-DSA-44", exponent: null, weak: null };
    case "ml-dsa-65":
      return { name: "ML-DSA-65", kind: "ML-DSA-65", exponent: null, weak: null };
    case "ml-dsa-87":
      return { name: "ML-DSA-87", kind: "ML-DSA-87", exponent: null, weak: null };
    default: {
      const name = key.asymmetricKeyType ?? `unknown (${info.algorithm.algorithm})`;
      return {
        ...NO_KIND,
        name,
        weak: `a key of type ${name} (RSA, EC, Ed25519 and ML-DSA are accepted)`,
      };
    }
  }
}

function weakRsa(bits: number, exponent: bigint, hash: string | undefined): string | null {
  if (bits < RSA_BITS.least) return `an RSA key of ${bits} bits (at least ${RSA_BITS.least})`;
  if (bits > RSA_BITS.most) return `an RSA key of ${bits} bits (at most ${RSA_BITS.most})`;
  // CA/B BR 6.1.5: no ordinary tool makes such a key.
  if (bits % 8 !== 0) return `an RSA key of ${bits} bits (not a multiple of 8)`;
  // RFC 8017 3.1: 3 or more, and odd, since it has no divisor in common with p - 1; else signatures can be forged or do not exist.
  if (exponent < 3n || exponent % 2n === 0n)
    return `an RSA key with the exponent ${exponent} (odd, 3 or more)`;
  if (exponent >= MOST_RSA_EXPONENT) return "an RSA key with an exponent of more than 64 bits";
  // RFC 4055 1.2: a key of RSASSA-PSS names the one hash that it signs with; SHA-1 where it names none within its parameters.
  if (hash !== undefined && !/^sha(?:256|384|512)$/i.test(hash))
    return `an RSASSA-PSS key for ${hash}`;
  return null;
}
