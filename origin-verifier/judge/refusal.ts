/**
 * What is wrong with the certificate that a connection showed, or did not show. In report mode such a pull is let through,
 * marked; every reason beside these refuses in every mode.
 */
export type CertificateReason =
  // What the connection showed.
  | "no-certificate"
  | "unknown-issuer"
  // What the certificate is, whoever issued it.
  | "malformed-certificate"
  | "not-version-3"
  | "certificate-is-a-ca"
  | "not-for-client-auth"
  | "weak-key"
  | "weak-signature"
  | "outside-profile"
  // What the certificate is to this entry, at this time.
  | "certificate-not-yet-valid"
  | "certificate-expired"
  | "wrong-issuer"
  | "refused-by-engine"
  | "certificate-revoked"
  | "revocation-unknown"
  | "certificate-not-accepted"
  | "name-not-accepted";

/**
 * Why a pull is refused. A tagged union and no text to parse: a new reason does not compile until every place that
 * must know it does.
 */
export type RefusalReason =
  | CertificateReason
  // What is asked beside the certificate.
  | "address-not-accepted"
  | "secret-not-accepted"
  | "token-not-accepted"
  // What the connection did not show anew.
  | "session-resumed"
  // Where the request is going.
  | "misdirected"
  // What the request is.
  | "malformed-request"
  | "body-not-allowed"
  | "method-not-allowed"
  | "request-timeout"
  | "content-too-large"
  | "expectation-failed"
  | "headers-too-large"
  | "version-not-supported"
  // What became of an accepted pull.
  | "application-unreachable"
  | "application-timeout";

/** One refusal: the reason for programs, the detail for the operator's log. The detail never leaves the machine. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** The few statuses that a stranger may see. */
export type RefusalStatus = 400 | 403 | 405 | 408 | 413 | 417 | 421 | 431 | 502 | 504 | 505;

/** The status that goes with a reason. Everything about a certificate is one 403: a stranger learns nothing from it. */
export function refusalStatus(reason: RefusalReason): RefusalStatus {
  switch (reason) {
    case "no-certificate":
    case "unknown-issuer":
    case "session-resumed":
    case "malformed-certificate":
    case "not-version-3":
    case "certificate-is-a-ca":
    case "not-for-client-auth":
    case "weak-key":
    case "weak-signature":
    case "outside-profile":
    case "certificate-not-yet-valid":
    case "certificate-expired":
    case "wrong-issuer":
    case "refused-by-engine":
    case "certificate-revoked":
    case "revocation-unknown":
    case "certificate-not-accepted":
    case "name-not-accepted":
    case "address-not-accepted":
    case "secret-not-accepted":
    case "token-not-accepted":
      return 403;
    case "misdirected":
      return 421;
    case "malformed-request":
    case "body-not-allowed":
      return 400;
    case "method-not-allowed":
      return 405;
    case "request-timeout":
      return 408;
    case "content-too-large":
      return 413;
    case "expectation-failed":
      return 417;
    case "headers-too-large":
      return 431;
    case "version-not-supported":
      return 505;
    case "application-unreachable":
      return 502;
    case "application-timeout":
      return 504;
  }
}

/**
 * The reason, where report mode lets a pull through that was refused for it; null where it is refused in every mode.
 *
 * Only what is wrong with the certificate: the locks beside it hold in every mode. A peer without one is let through too, so that no broken one can do more. A
 * resumed session says nothing of who is there and of which name it was made under; a misdirected request would reach
 * another hostname's application; a malformed one would be two requests to somebody.
 */
export function reportableReason(reason: RefusalReason): CertificateReason | null {
  switch (reason) {
    case "no-certificate":
    case "unknown-issuer":
    case "malformed-certificate":
    case "not-version-3":
    case "certificate-is-a-ca":
    case "not-for-client-auth":
    case "weak-key":
    case "weak-signature":
    case "outside-profile":
    case "certificate-not-yet-valid":
    case "certificate-expired":
    case "wrong-issuer":
    case "refused-by-engine":
    case "certificate-revoked":
    case "revocation-unknown":
    case "certificate-not-accepted":
    case "name-not-accepted":
      return reason;
    case "address-not-accepted":
    case "secret-not-accepted":
    case "token-not-accepted":
    case "session-resumed":
    case "misdirected":
    case "malformed-request":
    case "body-not-allowed":
    case "method-not-allowed":
    case "request-timeout":
    case "content-too-large":
    case "expectation-failed":
    case "headers-too-large":
    case "version-not-supported":
    case "application-unreachable":
    case "application-timeout":
      return null;
  }
}

/** Makes a refusal. */
export function refusal(reason: RefusalReason, detail: string): Refusal {
  return { reason, detail };
}
