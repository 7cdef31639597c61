import { constants } from "node:crypto";
import type { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import type { SignatureKind } from "../profile/profile.ts";

/** How `node:crypto`'s `verify` checks a signature of an algorithm that we accept. */
export interface SignatureCheck {
  readonly kind: SignatureKind;
  /** The keys that make such signatures, as `KeyObject.asymmetricKeyType` has them. */
  readonly keys: readonly string[];
  /** Digest's name, null where the algorithm has its own (Ed25519, Ed448, ML-DSA). */
  readonly hash: "sha256" | "sha384" | "sha512" | null;
  /** Extra options for RSASSA-PSS. */
  readonly pss: { readonly padding: number; readonly saltLength: number } | null;
}

type Hash = "sha256" | "sha384" | "sha512";

interface Strong {
  readonly kind: SignatureKind;
  readonly hash: Hash | null;
  readonly key: string;
}

// RFC 4055 5 (parameters are NULL), RFC 5758 3.2, RFC 8410 3 and RFC 9881 2 (parameters are absent).
const STRONG: ReadonlyMap<string, Strong> = new Map<string, Strong>([
  ["1.2.840.113549.1.1.11", { kind: "RSASSA-PKCS1-v1_5", hash: "sha256", key: "rsa" }],
  ["1.2.840.113549.1.1.12", { kind: "RSASSA-PKCS1-v1_5", hash: "sha384", key: "rsa" }],
  ["1.2.840.113549.1.1.13", { kind: "RSASSA-PKCS1-v1_5", hash: "sha512", key: "rsa" }],
  ["1.2.840.10045.4.3.2", { kind: "ECDSA", hash: "sha256", key: "ec" }],
  ["1.2.840.10045.4.3.3", { kind: "ECDSA", hash: "sha384", key: "ec" }],
  ["1.2.840.10045.4.3.4", { kind: "ECDSA", hash: "sha512", key: "ec" }],
  ["1.3.101.112", { kind: "Ed25519", hash: null, key: "ed25519" }],
  ["1.3.101.113", { kind: "Ed448", hash: null, key: "ed448" }],
  // A CA with such a key is one only where Node reads it: nothing else makes or checks such a signature.
  ["2.16.840.1.101.3.4.3.17", { kind: "ML-DSA-44", hash: null, key: "ml-dsa-44" }],
  ["2.16.840.1.101.3.4.3.18", { kind: "ML-DSA-65", hash: null, key: "ml-dsa-65" }],
  ["2.16.840.1.101.3.4.3.19", { kind: "ML-DSA-87", hash: null, key: "ml-dsa-87" }],
]);

/** Only so that a refusal can say what it met; whatever is not in {@link STRONG} is refused, known or not. */
const WEAK: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.2", "MD2"],
  ["1.2.840.113549.1.1.4", "MD5"],
  ["1.2.840.113549.1.1.5", "SHA-1"],
  ["1.3.14.3.2.29", "SHA-1"],
  ["1.2.840.113549.1.1.14", "SHA-224"],
  ["1.2.840.10045.4.1", "SHA-1"],
  ["1.2.840.10045.4.3.1", "SHA-224"],
  ["1.2.840.10040.4.3", "DSA with SHA-1"],
  ["2.16.840.1.101.3.4.3.1", "DSA with SHA-224"],
  ["2.16.840.1.101.3.4.3.2", "DSA"],
]);

const RSASSA_PSS = "1.2.840.113549.1.1.10";

/**
 * The algorithm of a signature: how to check it, or why it is not accepted. A list of what is good, not of what is bad: an
 * algorithm that nobody has thought of yet is refused. SHA-224 goes with SHA-1 and MD5 (CA/B BR 7.1.3.2 allows 256 bits and up).
 */
export function readSignatureAlgorithm(algorithm: AlgorithmIdentifier): SignatureCheck | string {
  const { algorithm: oid, parameters } = algorithm;
  if (oid === RSASSA_PSS) return readPss(parameters);
  const strong = STRONG.get(oid);
  if (strong === undefined) {
    return `signed with ${WEAK.get(oid) ?? `an algorithm that is not accepted (${oid})`}`;
  }
  // asn1-schema gives null for an ASN.1 NULL. OpenSSL takes both forms for RSA, so do we; nothing else.
  const fits = parameters === undefined || (strong.key === "rsa" && parameters === null);
  return fits
    ? { kind: strong.kind, keys: [strong.key], hash: strong.hash, pss: null }
    : `signed with unexpected parameters (${oid})`;
}

// RFC 4055 3.1, CA/B BR 7.1.3.2.1: the encodings of these three, with and without the digest's NULL (RFC 4055 2.1 has readers take both).
// Whatever else is there is not read but refused, for an absent field means SHA-1.
const PSS_HASHES: readonly (readonly [Hash, string, number])[] = [
  ["sha256", "01", 32],
  ["sha384", "02", 48],
  ["sha512", "03", 64],
];

function readPss(parameters: ArrayBuffer | null | undefined): SignatureCheck | string {
  const hex = Buffer.from(parameters ?? new ArrayBuffer(0)).toString("hex");
  for (const [hash, id, size] of PSS_HASHES) {
    const oid = `06096086480165030402${id}`;
    const withNull = `a00f300d${oid}0500a11c301a06092a864886f70d010108300d${oid}0500`;
    const without = `a00d300b${oid}a11a301806092a864886f70d010108300b${oid}`;
    const salt = new RegExp(
      `^30..(?:${withNull}|${without})a20(?:30201|40202)([0-7].|00[89a-f].|0[1-7]..)$`,
    );
    const octets = salt.exec(hex)?.[1];
    if (octets === undefined) continue;
    const saltLength = Number.parseInt(octets, 16);
    if (saltLength < size) return "signed with RSASSA-PSS and a salt shorter than its hash";
    return {
      kind: "RSASSA-PSS",
      keys: ["rsa", "rsa-pss"],
      hash,
      pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
    };
  }
  return "signed with RSASSA-PSS and parameters that are not accepted (SHA-256, SHA-384 or SHA-512, MGF1 of the same, both written out)";
}
