import type { KeyObject } from "node:crypto";
import type { Hostname } from "../../shared/hostname.ts";
import {
  toCertificateText,
  toText,
  type CertificateAndKey,
  type Signer,
} from "./certificate-and-key.ts";
import { makeKeys, type AnyKeyType } from "./key-type.ts";
import { makeSerialNumber } from "./serial-number.ts";
import { signWith } from "./sign-with.ts";
import { validFor, within } from "./validity.ts";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "./x509.ts";

/** What a leaf's certificate is made of. */
export interface LeafCertificateRequest {
  /** Its one DNS name: the hostname of a pull certificate, the origin hostname of an origin certificate. */
  readonly hostname: Hostname;
  readonly signer: Signer;
  readonly days: number;
  readonly now: Date;
}

/** The same with a key of our own making. */
export interface LeafRequest extends LeafCertificateRequest {
  readonly keyType: AnyKeyType;
}

/** RFC 5280 appendix A: `ub-common-name`. Longer names stand in the subject alternative name alone. */
const MAX_COMMON_NAME = 64;

/** The subject of a leaf, for people: names count in the subject alternative name alone. */
export function subjectOf(hostname: Hostname): Name {
  const commonName = hostname.length <= MAX_COMMON_NAME ? hostname : "see subject alternative name";
  return new Name([{ CN: [{ utf8String: commonName }] }]);
}

/**
 * Makes a pull certificate. Cloudflare refuses one without `CA:FALSE` (1412), and a wrong keyUsage has broken pulls:
 * hence v3, CA:FALSE critical, digitalSignature critical, clientAuth and nothing else, SAN = the exact hostname.
 */
export async function issuePullCertificate(request: LeafRequest): Promise<CertificateAndKey> {
  return await issueLeaf(request, ExtendedKeyUsage.clientAuth);
}

/**
 * Makes an origin certificate: for the local world, and for a zone whose Custom Origin Trust Store has its issuer. In service else a
 * public CA, or Cloudflare's, issues them.
 */
export async function issueOriginCertificate(request: LeafRequest): Promise<CertificateAndKey> {
  return await issueLeaf(request, ExtendedKeyUsage.serverAuth);
}

/**
 * Signs a pull certificate for a key that somebody else has made and keeps. Of what he may have asked for beside it,
 * nothing is in the certificate: it is the same as if the key were ours.
 */
export async function certifyPullKey(
  request: LeafCertificateRequest,
  publicKey: KeyObject,
): Promise<Omit<CertificateAndKey, "key">> {
  return toCertificateText(await certify(request, publicKey, ExtendedKeyUsage.clientAuth));
}

async function issueLeaf(
  request: LeafRequest,
  usage: ExtendedKeyUsage,
): Promise<CertificateAndKey> {
  const keys = await makeKeys(request.keyType);
  return toText(await certify(request, keys.publicKey, usage), keys.pkcs8);
}

async function certify(
  { hostname, signer, days, now }: LeafCertificateRequest,
  key: KeyObject,
  usage: ExtendedKeyUsage,
): Promise<X509Certificate> {
  const publicKey = new PublicKey(key.export({ type: "spki", format: "der" }));
  const { algorithm, key: signingKey, engine } = signWith(signer.key);
  const parameters = {
    subject: subjectOf(hostname),
    issuer: signer.certificate.subjectName,
    publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    serialNumber: makeSerialNumber(),
    ...within(signer.certificate.notAfter, validFor(days, now)),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      new SubjectAlternativeNameExtension([{ type: "dns", value: hostname }]),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(signer.certificate.publicKey),
    ],
  };
  return await X509CertificateGenerator.create(parameters, engine);
}
