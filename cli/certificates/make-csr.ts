import { toPem } from "../../origin-verifier/certificate/pem-blocks.ts";
import type { Hostname } from "../../shared/hostname.ts";
import { subjectOf } from "./issue-leaf.ts";
import { makeKeys, type AnyKeyType } from "./key-type.ts";
import { signWith } from "./sign-with.ts";
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
export async function makeCsr(hostname: Hostname, keyType: AnyKeyType): Promise<CsrAndKey> {
  const keys = await makeKeys(keyType);
  const spki = keys.publicKey.export({ type: "spki", format: "der" });
  const { algorithm, key, engine } = signWith(keys.privateKey, spki);
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: subjectOf(hostname),
      keys: { publicKey: key, privateKey: key },
      signingAlgorithm: algorithm,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension([{ type: "dns", value: hostname }]),
      ],
    },
    engine,
  );
  return {
    csr: toPem("CERTIFICATE REQUEST", new Uint8Array(request.rawData)),
    key: toPem("PRIVATE KEY", keys.pkcs8),
  };
}
