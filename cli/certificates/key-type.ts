import { KeyObject, webcrypto } from "node:crypto";
import { isMlDsa, makeMlDsaKeys, ML_DSA, toSeedOnly, type MlDsa } from "./ml-dsa.ts";

/** The keys that Cloudflare takes at every level, and every TLS library in service. */
export const KEY_TYPES = ["p256", "p384", "rsa2048", "rsa3072", "rsa4096"] as const;

/** One of {@link KEY_TYPES}. */
export type KeyType = (typeof KEY_TYPES)[number];

/**
 * All keys that are made here. Cloudflare takes ML-DSA for Authenticated Origin Pulls (hostname and zone), in TLS 1.3 towards
 * an origin with OpenSSL 3.5; whoever has no such OpenSSL cannot check what an ML-DSA issuer has signed.
 */
export const ALL_KEY_TYPES = [...KEY_TYPES, ...ML_DSA] as const;

/** One of {@link ALL_KEY_TYPES}. */
export type AnyKeyType = (typeof ALL_KEY_TYPES)[number];

/** A key pair. */
export interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** The private key as it is written down: PKCS#8, of ML-DSA with the seed alone. */
  readonly pkcs8: Buffer;
}

/** P-256: the smallest handshake of all, and accepted everywhere. */
export const DEFAULT_KEY_TYPE: KeyType = "p256";

const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const P384 = { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" } as const;
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;

/** A key algorithm together with the hash that signs with it, as WebCrypto wants them. */
export type SigningAlgorithm =
  | typeof P256
  | typeof P384
  | typeof RSA
  | { readonly name: Uppercase<MlDsa> };

const RSA_BITS = { rsa2048: 2048, rsa3072: 3072, rsa4096: 4096 } as const;
const PUBLIC_EXPONENT = new Uint8Array([1, 0, 1]);

/** Makes a fresh key pair. Throws for ML-DSA where this Node's OpenSSL has none: ask `hasMlDsa` before. */
export async function makeKeys(type: AnyKeyType): Promise<Keys> {
  if (isMlDsa(type)) {
    const keys = makeMlDsaKeys(type);
    return { ...keys, pkcs8: toSeedOnly(keys.privateKey) };
  }
  const pair = await makePair(type);
  const privateKey = KeyObject.from(pair.privateKey);
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
  return { publicKey: KeyObject.from(pair.publicKey), privateKey, pkcs8 };
}

async function makePair(type: KeyType): Promise<webcrypto.CryptoKeyPair> {
  const usages: webcrypto.KeyUsage[] = ["sign", "verify"];
  if (type === "p256" || type === "p384") {
    const { name, namedCurve } = type === "p256" ? P256 : P384;
    return await webcrypto.subtle.generateKey({ name, namedCurve }, true, usages);
  }
  const rsa = { ...RSA, modulusLength: RSA_BITS[type], publicExponent: PUBLIC_EXPONENT };
  return await webcrypto.subtle.generateKey(rsa, true, usages);
}

/** What a private key signs with; null for the kinds that nothing is signed with here. */
export function signingAlgorithmOf(key: KeyObject): SigningAlgorithm | null {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === "rsa") return RSA;
  if (isMlDsa(asymmetricKeyType))
    return { name: asymmetricKeyType.toUpperCase() as Uppercase<MlDsa> };
  if (asymmetricKeyType !== "ec") return null;
  if (asymmetricKeyDetails?.namedCurve === "prime256v1") return P256;
  return asymmetricKeyDetails?.namedCurve === "secp384r1" ? P384 : null;
}
