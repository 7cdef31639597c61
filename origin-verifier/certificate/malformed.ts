import { AsnConvert } from "@peculiar/asn1-schema";
import type { Certificate, Time } from "@peculiar/asn1-x509";
import type { AlternativeNames } from "./alternative-names.ts";
import type { ExtensionFacts } from "./certificate-extensions.ts";

/**
 * What RFC 5280 forbids in any certificate, beyond its extensions by themselves. No tool in use makes such a certificate by
 * its defaults; whoever shows one is looking for a parser that reads it differently from ours.
 */
export function malformations(
  certificate: Certificate,
  extensions: ExtensionFacts,
  names: AlternativeNames,
): readonly string[] {
  const tbs = certificate.tbsCertificate;
  const { basicConstraints, nameConstraints } = extensions;
  const found: string[] = [...extensions.malformed];
  const add = (wrong: boolean, what: string): void => {
    if (wrong) found.push(what);
  };
  // OpenSSL checks the outer one alone; the inner one is what was signed.
  add(
    !sameDer(tbs.signature, certificate.signatureAlgorithm),
    "two different signature algorithms (RFC 5280 4.1.1.2)",
  );
  add(
    !isSerialNumber(new Uint8Array(tbs.serialNumber)),
    "a serial number that is not positive and at most 20 octets (RFC 5280 4.1.2.2)",
  );
  add(tbs.issuer.length === 0, "an empty issuer (RFC 5280 4.1.2.4)");
  add(
    !isWholeSecond(tbs.validity.notBefore) || !isWholeSecond(tbs.validity.notAfter),
    "a date with fractions of a second (RFC 5280 4.1.2.5.2)",
  );
  add(
    tbs.issuerUniqueID !== undefined || tbs.subjectUniqueID !== undefined,
    "a unique identifier (RFC 5280 4.1.2.8)",
  );
  const pathLength = basicConstraints?.pathLenConstraint;
  add(
    pathLength !== undefined && (basicConstraints?.cA !== true || !isPathLength(pathLength)),
    "a path length that is negative or not a CA's (RFC 5280 4.2.1.9)",
  );
  add(
    nameConstraints !== null && basicConstraints?.cA !== true,
    "name constraints outside a CA's certificate (RFC 5280 4.2.1.10)",
  );
  for (const odd of names.odd) found.push(`a dNSName that is no name: "${odd}" (RFC 5280 4.2.1.6)`);
  add(
    names.ip.some((ip) => ip.includes("/")),
    "an iPAddress that is a range (RFC 5280 4.2.1.6)",
  );
  return found;
}

function sameDer(one: object, other: object): boolean {
  return Buffer.from(AsnConvert.serialize(one)).equals(Buffer.from(AsnConvert.serialize(other)));
}

/** RFC 5280 4.1.2.2. The sign octet of a 160 bit number does not count: many issuers draw 20 random octets. */
function isSerialNumber(content: Uint8Array): boolean {
  const [first = 0] = content;
  const octets = first === 0 ? content.subarray(1) : content;
  return first < 0x80 && octets.length <= 20 && content.some((octet) => octet !== 0);
}

/** The library gives an integer of four octets and more as text, whatever its type says: far beyond any chain. */
function isPathLength(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isWholeSecond(time: Time): boolean {
  return time.getTime().getTime() % 1000 === 0;
}
