import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { BasicConstraints, Certificate, id_ce_basicConstraints } from "@peculiar/asn1-x509";
import { fingerprintOf } from "../../../origin-verifier/certificate/fingerprint-of.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import { Refused, UNTOLD_CODE } from "./answer.ts";
import type { StoredCertificate } from "./state.ts";

/** What Cloudflare tells of a certificate that it holds. */
export type Facts = Omit<StoredCertificate, "id" | "uploadedOn">;

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

/** The certificates of a PEM text: 1408 for whatever else is in it, a private key included (reported by third parties). */
export function readCertificates(pem: string): readonly [X509Certificate, ...X509Certificate[]] {
  const blocks = [...pem.matchAll(BLOCK)];
  const [first, ...rest] = blocks.map(([text, label]) => {
    if (label !== "CERTIFICATE") throw unparsable();
    try {
      return new X509Certificate(text);
    } catch {
      throw unparsable();
    }
  });
  if (first === undefined) throw unparsable();
  return [first, ...rest];
}

function unparsable(): Refused {
  return new Refused(400, 1408, "Unable to parse certificate");
}

/** The private key, if it is the certificate's: 1408 for one that cannot be read; the other number nobody has told. */
export function readKeyOf(certificate: X509Certificate, pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Refused(400, 1408, "Unable to parse private key");
  }
  if (certificate.checkPrivateKey(key)) return key;
  throw new Refused(400, UNTOLD_CODE, "The private key does not match the certificate");
}

/**
 * Authenticated Origin Pulls take one leaf and nothing else: 1412 for a CA, for a chain, and for what does not *say* that it
 * is no CA, which X.509 v1 cannot (reported by third parties).
 */
export function readLeaf(pem: string): X509Certificate {
  const [leaf, ...others] = readCertificates(pem);
  if (others.length > 0 || !saysItIsNoCa(leaf)) {
    throw new Refused(400, 1412, "Only leaf certificates are allowed");
  }
  return leaf;
}

function saysItIsNoCa({ raw }: X509Certificate): boolean {
  const { extensions = [] } = AsnConvert.parse(raw, Certificate).tbsCertificate;
  const found = extensions.find(({ extnID }) => extnID === id_ce_basicConstraints);
  return found !== undefined && !AsnConvert.parse(found.extnValue, BasicConstraints).cA;
}

/** What is told of it from then on. */
export function factsOf(certificate: X509Certificate, all = [certificate]): Facts {
  return {
    fingerprint: fingerprintOf(certificate.raw),
    pem: all.map((one) => one.toString()).join(""),
    issuer: certificate.issuer.replaceAll("\n", ","),
    serialNumber: BigInt(`0x${certificate.serialNumber}`).toString(),
    signature:
      certificate.publicKey.asymmetricKeyType === "rsa" ? "SHA256WithRSA" : "ECDSAWithSHA256",
    expiresOn: certificate.validToDate.toISOString(),
  };
}

/** The same content, whatever its white space. */
export function sameContent(pem: string): Fingerprint[] {
  return readCertificates(pem).map(({ raw }) => fingerprintOf(raw));
}
