import { sign } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  CertificateList,
  RevokedCertificate,
  TBSCertList,
  Time,
} from "@peculiar/asn1-x509";
import type { Extension } from "@peculiar/asn1-x509";
import { toPem } from "../../origin-verifier/certificate/pem-blocks.ts";
import { authorityKeyId, extension } from "./certificate-parts.ts";
import type { Minted } from "./certificates.ts";
import { signatureOf } from "./keys.ts";
import type { Signature } from "./keys.ts";

const HOUR = 3_600_000;

/** How a revocation list is made; whatever is left out is as an ordinary CA does it. */
export interface CrlRecipe {
  /** The certificates on it, by their serial numbers' content octets in hex. */
  readonly revoked?: readonly string[];
  /** ms since the epoch; from an hour ago, for a day, where left out. */
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly extensions?: readonly Extension[];
  readonly entryExtensions?: readonly Extension[];
  readonly signature?: Signature;
  readonly change?: (list: TBSCertList) => void;
  readonly changeOutside?: (crl: CertificateList) => void;
}

/** The number of a list (RFC 5280 5.2.3). */
export function crlNumber(critical = false): Extension {
  return extension("2.5.29.20", "020101", critical);
}

/** Makes a revocation list from its structure, as PEM. */
export function mintCrl(by: Pick<Minted, "keys" | "subject">, recipe: CrlRecipe = {}): string {
  const signature = recipe.signature ?? signatureOf(by.keys);
  const { nextUpdate = Date.now() + 23 * HOUR } = recipe;
  const entries = (recipe.revoked ?? []).map((serial) => {
    const entry = new RevokedCertificate({
      userCertificate: new Uint8Array(Buffer.from(serial, "hex")).buffer,
      revocationDate: new Time(new Date(Date.now() - HOUR)),
    });
    if (recipe.entryExtensions !== undefined)
      entry.crlEntryExtensions = [...recipe.entryExtensions];
    return entry;
  });
  const list = new TBSCertList({
    version: 1,
    signature: new AlgorithmIdentifier(signature.algorithm),
    issuer: by.subject,
    thisUpdate: new Time(new Date(recipe.thisUpdate ?? Date.now() - HOUR)),
    crlExtensions: [...(recipe.extensions ?? [authorityKeyId(by.keys), crlNumber()])],
  });
  if (nextUpdate !== null) list.nextUpdate = new Time(new Date(nextUpdate));
  if (entries.length > 0) list.revokedCertificates = entries;
  recipe.change?.(list);
  const signed = Buffer.from(AsnConvert.serialize(list));
  const value = sign(signature.hash, signed, { key: by.keys.privateKey, ...signature.options });
  const crl = new CertificateList({
    tbsCertList: list,
    signatureAlgorithm: new AlgorithmIdentifier(signature.algorithm),
    signature: new Uint8Array(value).buffer,
  });
  recipe.changeOutside?.(crl);
  return toPem("X509 CRL", Buffer.from(AsnConvert.serialize(crl)));
}
