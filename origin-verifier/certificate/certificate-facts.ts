import { X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import type { Name, NameConstraints } from "@peculiar/asn1-x509";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import { readAlternativeNames } from "./alternative-names.ts";
import type { AlternativeNames } from "./alternative-names.ts";
import { readExtensions } from "./certificate-extensions.ts";
import type { KeyUsageBit } from "./certificate-extensions.ts";
import { CERTIFICATE_LIMITS, parseExactly } from "./exact-asn1.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { readKeyFacts } from "./key-strength.ts";
import type { KeyFacts } from "./key-strength.ts";
import { malformations } from "./malformed.ts";
import { nameText } from "./name-text.ts";
import { readCertificate } from "./read-pem.ts";
import { readSignatureAlgorithm } from "./signature-algorithm.ts";
import type { SignatureCheck } from "./signature-algorithm.ts";

/** Everything that is decided upon about one certificate, read from its DER once. */
export interface CertificateFacts {
  /** SHA-256 of the whole DER: the certificate's identity. */
  readonly fingerprint: Fingerprint;
  /** X.509 version (RFC 5280 4.1.2.1). Only version 3 has the extensions that say what a key is for. */
  readonly version: 1 | 2 | 3;
  /** Content octets of the serial number, lower-case hex (RFC 5280 4.1.2.2). */
  readonly serialNumber: string;
  /** Issuer's and subject's name, DER in lower-case hex: compared byte for byte (RFC 5280 4.1.2.4, 4.1.2.6). */
  readonly issuer: string;
  readonly subject: string;
  /** The subject for a log line or a message: printable ASCII, cut. Never an identity. */
  readonly subjectText: string;
  /** The subject as it was read: what a CA's name constraints are held against. */
  readonly subjectName: Name;
  /** Validity, in ms since the epoch: valid is `notBefore <= now < notAfter` (RFC 5280 4.1.2.5, its last second not counted). */
  readonly notBefore: number;
  readonly notAfter: number;
  /** basicConstraints' cA (RFC 5280 4.2.1.9). Node's `X509Certificate.ca` is false also where keyCertSign is missing. */
  readonly isCa: boolean;
  /** basicConstraints' pathLenConstraint: how many CAs may follow, null for any number (RFC 5280 4.2.1.9). */
  readonly pathLength: number | null;
  /** keyUsage, null where absent (RFC 5280 4.2.1.3). Node's `X509Certificate.keyUsage` is the *extended* one. */
  readonly keyUsage: ReadonlySet<KeyUsageBit> | null;
  /** extendedKeyUsage's object identifiers, null where absent (RFC 5280 4.2.1.12). */
  readonly extendedKeyUsage: readonly string[] | null;
  /** Whether extendedKeyUsage *names* id-kp-clientAuth; absence and anyExtendedKeyUsage do not count. */
  readonly clientAuth: boolean;
  /** The names of subjectAltName (RFC 5280 4.2.1.6). The common name is never an identity (RFC 9525 2). */
  readonly names: AlternativeNames;
  /** The limits that a CA sets to the names below it, null for none (RFC 5280 4.2.1.10). */
  readonly nameConstraints: NameConstraints | null;
  /** subjectKeyIdentifier, authorityKeyIdentifier's keyIdentifier: lower-case hex, null where absent (RFC 5280 4.2.1.1, 4.2.1.2). */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  /** The key's type and size for people: `EC P-256`. */
  readonly key: string;
  /** The same for a profile, which takes some of them; null for a kind that none takes. */
  readonly keyKind: KeyFacts["kind"];
  /** The public exponent of an RSA key; null for every other. */
  readonly rsaExponent: bigint | null;
  /** Why the key is too weak, null for a good one. */
  readonly weakKey: string | null;
  /** Why the algorithm of the certificate's own signature is too weak, null for a good one (RFC 5280 4.1.1.2). */
  readonly weakSignature: string | null;
  /** The algorithm of that signature; null where it is not accepted. */
  readonly signature: SignatureCheck | null;
  /** Whatever else RFC 5280 forbids and this certificate does, each with its section. */
  readonly malformed: readonly string[];
}

/** A certificate that cannot be read exactly, and why. Nothing that is unreadable is ever accepted. */
export interface UnreadableCertificate {
  readonly unreadable: string;
}

const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

/**
 * Reads a certificate by ourselves, from the DER. Never throws, whatever the bytes.
 *
 * @param input DER, or the engine's certificate (of which `raw` and `publicKey` are used, and no other getter).
 */
export function readCertificateFacts(
  input: X509Certificate | Uint8Array,
): CertificateFacts | UnreadableCertificate {
  try {
    return read(input);
  } catch {
    // Nothing known comes here; but what a stranger sends decides how far the libraries below are tried.
    return { unreadable: "it cannot be read" };
  }
}

function read(input: X509Certificate | Uint8Array): CertificateFacts | UnreadableCertificate {
  const der = input instanceof X509Certificate ? input.raw : input;
  if (der.length > CERTIFICATE_LIMITS.maxContentLength) {
    return { unreadable: `larger than ${CERTIFICATE_LIMITS.maxContentLength} bytes` };
  }
  const certificate = parseExactly(der, Certificate);
  if (certificate === null) {
    return { unreadable: "its bytes are not exactly one DER certificate (RFC 5280 4.1)" };
  }
  const engine = input instanceof X509Certificate ? input : readCertificate(der);
  if (engine === null) return { unreadable: "the TLS engine does not read it" };
  const tbs = certificate.tbsCertificate;
  const version = ([1, 2, 3] as const)[tbs.version];
  if (version === undefined) {
    return { unreadable: "an X.509 version that does not exist (RFC 5280 4.1.2.1)" };
  }
  const extensions = readExtensions(tbs.extensions ?? []);
  const names = readAlternativeNames(extensions.alternativeNames);
  const key = readKeyFacts(tbs.subjectPublicKeyInfo, publicKeyOf(engine));
  const signature = readSignatureAlgorithm(tbs.signature);
  const { basicConstraints, extendedKeyUsage } = extensions;
  return {
    fingerprint: fingerprintOf(der),
    version,
    serialNumber: Buffer.from(tbs.serialNumber).toString("hex"),
    issuer: hexOf(tbs.issuer),
    subject: hexOf(tbs.subject),
    subjectText: nameText(tbs.subject),
    subjectName: tbs.subject,
    notBefore: tbs.validity.notBefore.getTime().getTime(),
    notAfter: tbs.validity.notAfter.getTime().getTime(),
    isCa: basicConstraints?.cA ?? false,
    pathLength: basicConstraints?.pathLenConstraint ?? null,
    keyUsage: extensions.keyUsage,
    extendedKeyUsage,
    clientAuth: extendedKeyUsage?.includes(CLIENT_AUTH) ?? false,
    names,
    nameConstraints: extensions.nameConstraints,
    subjectKeyId: extensions.subjectKeyId,
    authorityKeyId: extensions.authorityKeyId,
    key: key.name,
    keyKind: key.kind,
    rsaExponent: key.exponent,
    weakKey: key.weak,
    weakSignature: typeof signature === "string" ? signature : null,
    signature: typeof signature === "string" ? null : signature,
    malformed: malformations(certificate, extensions, names),
  };
}

/** The engine's key; null where it cannot read it: the getter throws for algorithms and points that it does not know. */
function publicKeyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null;
  }
}

function hexOf(name: Name): string {
  return Buffer.from(AsnConvert.serialize(name)).toString("hex");
}
