import { constants, sign, type webcrypto } from "node:crypto";
import { toPem } from "../../origin-verifier/certificate/pem-blocks.ts";
import type { Hostname } from "../../shared/hostname.ts";
import { subjectOf } from "./issue-leaf.ts";
import { signingAlgorithmOf, makeLeafKeys, type LeafKeys, type LeafKeyType } from "./key-type.ts";
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from "./x509.ts";

/** A request for a pull certificate, and the key that stays here. */
export interface CsrAndKey {
  /** PEM, PKCS#10 (RFC 2986). */
  readonly csr: string;
  /** PEM, PKCS#8, not encrypted. */
  readonly key: string;
}

/**
 * Makes a key and a request (CSR) for people whose CA is somewhere else. It asks for what a pull certificate needs
 * (clientAuth, digitalSignature, the hostname); what the CA makes of that, the linter says.
 */
export async function makeCsr(hostname: Hostname, keyType: LeafKeyType): Promise<CsrAndKey> {
  const keys = await makeLeafKeys(keyType);
  const algorithm = signingAlgorithmOf(keys.privateKey) ?? { name: keyType.toUpperCase() };
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: subjectOf(hostname),
      // The library reads the algorithm of its keys, and hands them back to the engine below.
      keys: {
        publicKey: { algorithm } as webcrypto.CryptoKey,
        privateKey: { algorithm } as webcrypto.CryptoKey,
      },
      signingAlgorithm: algorithm,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension([{ type: "dns", value: hostname }]),
      ],
    },
    engineOf(keys),
  );
  return {
    csr: toPem("CERTIFICATE REQUEST", new Uint8Array(request.rawData)),
    key: toPem("PRIVATE KEY", keys.pkcs8),
  };
}

type Engine = NonNullable<Parameters<typeof Pkcs10CertificateRequestGenerator.create>[1]>;

/** WebCrypto as far as the library asks for it here, by `node:crypto`: WebCrypto's own ML-DSA warns that it is experimental. */
function engineOf({ publicKey, privateKey }: LeafKeys): Engine {
  const spki = publicKey.export({ type: "spki", format: "der" });
  const hash = signingAlgorithmOf(privateKey)?.hash.replace("-", "").toLowerCase() ?? null;
  const key = {
    key: privateKey,
    padding: constants.RSA_PKCS1_PADDING,
    dsaEncoding: "ieee-p1363",
  } as const;
  const subtle = {
    exportKey: async (): Promise<ArrayBuffer> => await Promise.resolve(new Uint8Array(spki).buffer),
    sign: async (_algorithm: unknown, _key: unknown, data: ArrayBuffer): Promise<ArrayBuffer> => {
      const signature = sign(hash, new Uint8Array(data), hash === null ? privateKey : key);
      return await Promise.resolve(new Uint8Array(signature).buffer);
    },
  };
  return { subtle } as Engine;
}
