import { AsnIntegerArrayBufferConverter, AsnProp, AsnPropTypes } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Extensions, Name, Time } from "@peculiar/asn1-x509";

// asn1-x509's own CertificateList loses an empty list of extensions, so that the list could not be read exactly; but
// @peculiar/x509 writes one into every entry that has no reason. (RFC 5280 5.1 wants it left out; nobody is deceived by it.)

/** One revoked certificate (RFC 5280 5.1.2.6). */
class RevokedEntry {
  /** Content octets of the serial number. */
  userCertificate = new ArrayBuffer(0);
  revocationDate = new Time();
  crlEntryExtensions?: Extensions;
}
AsnProp({ type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter })(
  RevokedEntry.prototype,
  "userCertificate",
);
AsnProp({ type: Time })(RevokedEntry.prototype, "revocationDate");
AsnProp({ type: Extensions, optional: true })(RevokedEntry.prototype, "crlEntryExtensions");

/** What a CRL's signature is over (RFC 5280 5.1.2). */
class RevocationTbs {
  version?: number;
  signature = new AlgorithmIdentifier();
  issuer = new Name();
  thisUpdate = new Time();
  nextUpdate = new Time();
  revokedCertificates?: RevokedEntry[];
  crlExtensions?: Extensions;
}
AsnProp({ type: AsnPropTypes.Integer, optional: true })(RevocationTbs.prototype, "version");
AsnProp({ type: AlgorithmIdentifier })(RevocationTbs.prototype, "signature");
AsnProp({ type: Name })(RevocationTbs.prototype, "issuer");
AsnProp({ type: Time })(RevocationTbs.prototype, "thisUpdate");
// Optional in the syntax, required by RFC 5280 5.1.2.5: a list without it would never be stale.
AsnProp({ type: Time })(RevocationTbs.prototype, "nextUpdate");
AsnProp({ type: RevokedEntry, repeated: "sequence", optional: true })(
  RevocationTbs.prototype,
  "revokedCertificates",
);
AsnProp({ type: Extensions, context: 0, optional: true })(RevocationTbs.prototype, "crlExtensions");

/** A whole CRL (RFC 5280 5.1). */
export class RevocationList {
  tbsCertList = new RevocationTbs();
  /** The very bytes that are signed. */
  tbsCertListRaw?: ArrayBuffer;
  signatureAlgorithm = new AlgorithmIdentifier();
  signature = new ArrayBuffer(0);
}
AsnProp({ type: RevocationTbs, raw: true })(RevocationList.prototype, "tbsCertList");
AsnProp({ type: AlgorithmIdentifier })(RevocationList.prototype, "signatureAlgorithm");
AsnProp({ type: AsnPropTypes.BitString })(RevocationList.prototype, "signature");
