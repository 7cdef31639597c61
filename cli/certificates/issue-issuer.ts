import { toText, type CertificateAndKey } from "./certificate-and-key.ts";
import { makeKeys, type AnyKeyType } from "./key-type.ts";
import { makeSerialNumber } from "./serial-number.ts";
import { signWith } from "./sign-with.ts";
import { validFor } from "./validity.ts";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PublicKey,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "./x509.ts";

/** What an issuer is made of. */
export interface IssuerRequest {
  /** Its common name; for people only. */
  readonly name: string;
  readonly keyType: AnyKeyType;
  readonly days: number;
  readonly now: Date;
}

/**
 * Makes an issuer: a self-signed X.509 v3 CA that can sign certificates and revocation lists and nothing else, and
 * whose pathLenConstraint of 0 lets it sign no further CA.
 */
export async function issueIssuer(request: IssuerRequest): Promise<CertificateAndKey> {
  const keys = await makeKeys(request.keyType);
  const publicKey = new PublicKey(keys.publicKey.export({ type: "spki", format: "der" }));
  const { algorithm, key, engine } = signWith(keys.privateKey);
  // Plain strings are read as RFC 4514 text by the library: a quotation mark would cut the name.
  const name = new Name([{ CN: [{ utf8String: request.name }] }]);
  const parameters = {
    subject: name,
    issuer: name,
    publicKey,
    signingKey: key,
    serialNumber: makeSerialNumber(),
    ...validFor(request.days, request.now),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  };
  return toText(await X509CertificateGenerator.create(parameters, engine), keys.pkcs8);
}
