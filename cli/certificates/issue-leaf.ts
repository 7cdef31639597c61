import type { Hostname } from "../../shared/hostname.ts";
import { toText, type CertificateAndKey, type Signer } from "./certificate-and-key.ts";
import { makeKeys, type KeyType } from "./key-type.ts";
import { makeSerialNumber } from "./serial-number.ts";
import { validFor, within } from "./validity.ts";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "./x509.ts";

/** What a leaf is made of. */
export interface LeafRequest {
  /** Its one DNS name: the hostname of a pull certificate, the origin hostname of an origin certificate. */
  readonly hostname: Hostname;
  readonly signer: Signer;
  readonly keyType: KeyType;
  readonly days: number;
  readonly now: Date;
}

/** RFC 5280 appendix A: `ub-common-name`. Longer names stand in the subject alternative name alone. */
const MAX_COMMON_NAME = 64;

/**
 * Makes a pull certificate. Cloudflare refuses one without `CA:FALSE` (1412), and a wrong keyUsage has broken pulls:
 * hence v3, CA:FALSE critical, digitalSignature critical, clientAuth and nothing else, SAN = the exact hostname.
 */
export async function issuePullCertificate(request: LeafRequest): Promise<CertificateAndKey> {
  return await issueLeaf(request, ExtendedKeyUsage.clientAuth);
}

/** Makes an origin certificate, for the local world only: in service a public CA, or Cloudflare's, issues them. */
export async function issueOriginCertificate(request: LeafRequest): Promise<CertificateAndKey> {
  return await issueLeaf(request, ExtendedKeyUsage.serverAuth);
}

async function issueLeaf(
  request: LeafRequest,
  usage: ExtendedKeyUsage,
): Promise<CertificateAndKey> {
  const { hostname, signer } = request;
  const keys = await makeKeys(request.keyType);
  const commonName = hostname.length <= MAX_COMMON_NAME ? hostname : "see subject alternative name";
  const issued = await X509CertificateGenerator.create({
    subject: new Name([{ CN: [{ utf8String: commonName }] }]),
    issuer: signer.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: signer.key,
    signingAlgorithm: signer.algorithm,
    serialNumber: makeSerialNumber(),
    ...within(signer.certificate.notAfter, validFor(request.days, request.now)),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      new SubjectAlternativeNameExtension([{ type: "dns", value: hostname }]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(signer.certificate.publicKey),
    ],
  });
  return await toText(issued, keys.privateKey);
}
