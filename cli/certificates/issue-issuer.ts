import { KeyObject } from "node:crypto";
import { toText, type CertificateAndKey } from "./certificate-and-key.ts";
import { makeKeys, signingAlgorithmOf, type KeyType } from "./key-type.ts";
import { makeSerialNumber } from "./serial-number.ts";
import { validFor } from "./validity.ts";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "./x509.ts";

/** What an issuer is made of. */
export interface IssuerRequest {
  /** Its common name; for people only. */
  readonly name: string;
  readonly keyType: KeyType;
  readonly days: number;
  readonly now: Date;
}

/**
 * Makes an issuer: a self-signed X.509 v3 CA that can sign certificates and revocation lists and nothing else, and
 * whose pathLenConstraint of 0 lets it sign no further CA.
 */
export async function issueIssuer(request: IssuerRequest): Promise<CertificateAndKey> {
  const keys = await makeKeys(request.keyType);
  const privateKey = KeyObject.from(keys.privateKey);
  const algorithm = signingAlgorithmOf(privateKey);
  if (algorithm === null) throw new Error(`cannot sign with ${request.keyType}`);
  const issued = await X509CertificateGenerator.createSelfSigned({
    // Plain strings are read as RFC 4514 text by the library: a quotation mark would cut the name.
    name: new Name([{ CN: [{ utf8String: request.name }] }]),
    keys,
    serialNumber: makeSerialNumber(),
    ...validFor(request.days, request.now),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toText(issued, privateKey.export({ type: "pkcs8", format: "der" }));
}
