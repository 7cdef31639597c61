import { constants, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { AlgorithmIdentifier } from "@peculiar/asn1-x509";

/** A key pair. */
export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The kinds of keys that tests ask for, good and bad. */
export type KeyKind =
  | `rsa-${number}`
  | "rsa-2048-exponent-3"
  | "rsa-pss-sha256"
  | "rsa-pss-sha1"
  | "dsa"
  | "ed25519"
  | "ed448"
  | `ml-dsa-${44 | 65 | 87}`
  | "x25519"
  | "prime256v1"
  | "secp384r1"
  | "secp521r1"
  | "secp256k1"
  | "prime192v1"
  | "explicit-prime256v1";

/** A new pair. RSA above 2048 bits takes its time: see {@link keysOf}. */
export function freshKeys(kind: KeyKind = "prime256v1"): Keys {
  switch (kind) {
    case "dsa":
      return generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 256 });
    case "ed25519":
      return generateKeyPairSync("ed25519");
    case "ed448":
      return generateKeyPairSync("ed448");
    case "ml-dsa-44":
      return generateKeyPairSync("ml-dsa-44");
    case "ml-dsa-65":
      return generateKeyPairSync("ml-dsa-65");
    case "ml-dsa-87":
      return generateKeyPairSync("ml-dsa-87");
    case "x25519":
      return generateKeyPairSync("x25519");
    case "rsa-2048-exponent-3":
      return generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 });
    case "rsa-pss-sha256":
    case "rsa-pss-sha1": {
      const hashAlgorithm = kind === "rsa-pss-sha1" ? "sha1" : "sha256";
      return generateKeyPairSync("rsa-pss", {
        modulusLength: 2048,
        hashAlgorithm,
        mgf1HashAlgorithm: hashAlgorithm,
      });
    }
    case "prime256v1":
    case "secp384r1":
    case "secp521r1":
    case "secp256k1":
    case "prime192v1":
      return generateKeyPairSync("ec", { namedCurve: kind });
    case "explicit-prime256v1":
      return generateKeyPairSync("ec", { namedCurve: "prime256v1", paramEncoding: "explicit" });
    default:
      return generateKeyPairSync("rsa", { modulusLength: Number(kind.slice("rsa-".length)) });
  }
}

const made = new Map<KeyKind, Keys>();

/** The one pair of its kind in this process: for leaves whose key does not matter but for its kind. */
export function keysOf(kind: KeyKind): Keys {
  const keys = made.get(kind) ?? freshKeys(kind);
  made.set(kind, keys);
  return keys;
}

/** How something is signed: what the certificate says, and what `node:crypto` does. */
export interface Signature {
  readonly algorithm: Partial<AlgorithmIdentifier>;
  readonly hash: string | null;
  readonly options?: { readonly padding: number; readonly saltLength: number };
}

const ecdsa = (hash: string, last: string): Signature => ({
  algorithm: { algorithm: `1.2.840.10045.4.${last}` },
  hash,
});
const rsa = (hash: string, last: number): Signature => ({
  algorithm: { algorithm: `1.2.840.113549.1.1.${last}`, parameters: null },
  hash,
});

/** RSASSA-PSS with its parameters written out (RFC 4055 3.1). */
export function pss(hash: "sha256" | "sha384" | "sha512", saltLength: number): Signature {
  const id = { sha256: "01", sha384: "02", sha512: "03" }[hash];
  const digest = `300d06096086480165030402${id}0500`;
  const salt = saltLength < 128 ? "" : saltLength < 256 ? "00" : "";
  const integer = `${salt}${saltLength.toString(16).padStart(saltLength < 256 ? 2 : 4, "0")}`;
  const size = integer.length / 2;
  const tail = `a2${hex8(size + 2)}02${hex8(size)}${integer}`;
  const fields = `a00f${digest}a11c301a06092a864886f70d010108${digest}${tail}`;
  const parameters = Buffer.from(`30${hex8(fields.length / 2)}${fields}`, "hex");
  return {
    algorithm: {
      algorithm: "1.2.840.113549.1.1.10",
      parameters: new Uint8Array(parameters).buffer,
    },
    hash,
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
  };
}

function hex8(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** Signatures by name. */
export const SIGNATURES = {
  ecdsaSha1: ecdsa("sha1", "1"),
  ecdsaSha224: ecdsa("sha224", "3.1"),
  ecdsaSha256: ecdsa("sha256", "3.2"),
  ecdsaSha384: ecdsa("sha384", "3.3"),
  ecdsaSha512: ecdsa("sha512", "3.4"),
  rsaMd5: rsa("md5", 4),
  rsaSha1: rsa("sha1", 5),
  rsaSha224: rsa("sha224", 14),
  rsaSha256: rsa("sha256", 11),
  rsaSha384: rsa("sha384", 12),
  rsaSha512: rsa("sha512", 13),
  dsaSha256: { algorithm: { algorithm: "2.16.840.1.101.3.4.3.2" }, hash: "sha256" },
  ed25519: { algorithm: { algorithm: "1.3.101.112" }, hash: null },
  ed448: { algorithm: { algorithm: "1.3.101.113" }, hash: null },
  mlDsa44: { algorithm: { algorithm: "2.16.840.1.101.3.4.3.17" }, hash: null },
  mlDsa65: { algorithm: { algorithm: "2.16.840.1.101.3.4.3.18" }, hash: null },
  mlDsa87: { algorithm: { algorithm: "2.16.840.1.101.3.4.3.19" }, hash: null },
} as const satisfies Record<string, Signature>;

/** What an ordinary issuer signs with, by its key. */
export function signatureOf({ privateKey }: Keys): Signature {
  switch (privateKey.asymmetricKeyType) {
    case "rsa":
      return SIGNATURES.rsaSha256;
    case "rsa-pss":
      return pss("sha256", 32);
    case "dsa":
      return SIGNATURES.dsaSha256;
    case "ed25519":
      return SIGNATURES.ed25519;
    case "ed448":
      return SIGNATURES.ed448;
    case "ml-dsa-44":
      return SIGNATURES.mlDsa44;
    case "ml-dsa-65":
      return SIGNATURES.mlDsa65;
    case "ml-dsa-87":
      return SIGNATURES.mlDsa87;
    default:
      return SIGNATURES.ecdsaSha256;
  }
}
