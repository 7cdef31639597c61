import { constants, sign, type KeyObject, type webcrypto } from "node:crypto";
import { signingAlgorithmOf, type SigningAlgorithm } from "./key-type.ts";
import type { X509CertificateGenerator } from "./x509.ts";

/** What `@peculiar/x509` signs with: it is asked for the algorithm, and the engine for the signature. */
export interface SigningParts {
  readonly algorithm: SigningAlgorithm;
  /** Stands for the private key: the library reads its algorithm, and hands it back to the engine. */
  readonly key: webcrypto.CryptoKey;
  readonly engine: NonNullable<Parameters<typeof X509CertificateGenerator.create>[1]>;
}

/**
 * Signs by `node:crypto`, for every kind of key alike: WebCrypto's own ML-DSA warns that it is experimental.
 *
 * @param spki the public key, where what is signed is a request: the library asks the engine for it.
 * @throws where nothing here signs with such a key: ask {@link signingAlgorithmOf} before.
 */
export function signWith(privateKey: KeyObject, spki?: Buffer): SigningParts {
  const algorithm = signingAlgorithmOf(privateKey);
  if (algorithm === null) throw new Error("a key that signs nothing here");
  const hash = "hash" in algorithm ? algorithm.hash.replace("-", "").toLowerCase() : null;
  const padding = constants.RSA_PKCS1_PADDING;
  const key = { key: privateKey, padding, dsaEncoding: "ieee-p1363" } as const;
  const subtle = {
    exportKey: async (): Promise<ArrayBuffer> =>
      await Promise.resolve(new Uint8Array(spki ?? []).buffer),
    sign: async (_algorithm: unknown, _key: unknown, data: ArrayBuffer): Promise<ArrayBuffer> => {
      const signature = sign(hash, new Uint8Array(data), hash === null ? privateKey : key);
      return await Promise.resolve(new Uint8Array(signature).buffer);
    },
  };
  return {
    algorithm,
    key: { algorithm } as webcrypto.CryptoKey,
    engine: { subtle } as SigningParts["engine"],
  };
}
