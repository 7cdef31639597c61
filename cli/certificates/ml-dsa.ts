import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from "node:crypto";

/** The parameter sets of ML-DSA (FIPS 204), as `node:crypto` names them. */
export const ML_DSA = ["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"] as const;

/** One of {@link ML_DSA}. */
export type MlDsa = (typeof ML_DSA)[number];

// RFC 9881 6: PrivateKeyInfo { 0, { id-ml-dsa-NN }, OCTET STRING { [0] seed } }: all but the 32 octets of the seed.
const OID_PREFIX = "060960864801650304031";
const SEED_ONLY = /^3034020100300b060960864801650304031[123]04228020[0-9a-f]{64}$/;

/** Whether a name is one of {@link ML_DSA}. */
export function isMlDsa(type: string | undefined): type is MlDsa {
  return ML_DSA.some((name) => name === type);
}

/**
 * Whether this Node makes and reads such keys: from 24.6 on, where its OpenSSL is 3.5. Node 22 has that OpenSSL too, and does
 * not know what it could do: so it is tried.
 */
export function hasMlDsa(): boolean {
  try {
    makeMlDsaKeys("ml-dsa-44");
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes a key. By `node:crypto`, not by WebCrypto, whose ML-DSA warns that it is experimental.
 */
export function makeMlDsaKeys(type: MlDsa): KeyPairKeyObjectResult {
  return generateKeyPairSync(type);
}

/** PKCS#8 that holds the seed and nothing else, which is what Cloudflare takes (RFC 9881 6). */
export function toSeedOnly(privateKey: KeyObject): Buffer {
  const der = privateKey.export({ type: "pkcs8", format: "der" });
  const digit = LEVEL_DIGITS.get(privateKey.asymmetricKeyType ?? "");
  const { priv } = privateKey.export({ format: "jwk" }) as { priv?: string };
  const seed = Buffer.from(priv ?? "", "base64url");
  if (digit === undefined || seed.length !== 32) throw new Error("an ML-DSA key without its seed");
  const whole = Buffer.concat([
    Buffer.from(`3034020100300b${OID_PREFIX}${digit}04228020`, "hex"),
    seed,
  ]);
  // What was put together by hand must be the same key to the engine.
  const again = createPrivateKey({ key: whole, format: "der", type: "pkcs8" });
  if (!again.export({ type: "pkcs8", format: "der" }).equals(der)) throw new Error("another key");
  return whole;
}

const LEVEL_DIGITS: ReadonlyMap<string, string> = new Map([
  ["ml-dsa-44", "1"],
  ["ml-dsa-65", "2"],
  ["ml-dsa-87", "3"],
]);

/** Whether a PKCS#8 of ML-DSA holds the seed alone; null for a key of any other kind. */
export function isSeedOnly(pkcs8: Buffer): boolean | null {
  const start = pkcs8.subarray(0, 32).toString("hex");
  if (!start.includes(OID_PREFIX)) return null;
  return SEED_ONLY.test(pkcs8.toString("hex"));
}
