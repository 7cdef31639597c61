/**
 * Why a pull is refused. A tagged union and no text to parse: a new reason does not compile until every place that
 * must know it does.
 */
export type RefusalReason =
  // What the connection showed.
  | "no-certificate"
  | "unknown-issuer"
  | "session-resumed"
  // What the certificate is, whoever issued it.
  | "malformed-certificate"
  | "not-version-3"
  | "certificate-is-a-ca"
  | "not-for-client-auth"
  | "weak-key"
  | "weak-signature"
  // What the certificate is to this entry, at this time.
  | "certificate-not-yet-valid"
  | "certificate-expired"
  | "wrong-issuer"
  | "refused-by-engine"
  | "certificate-revoked"
  | "revocation-unknown"
  | "certificate-not-accepted"
  | "name-not-accepted"
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
    case "certificate-not-yet-valid":
    case "certificate-expired":
    case "wrong-issuer":
    case "refused-by-engine":
    case "certificate-revoked":
    case "revocation-unknown":
    case "certificate-not-accepted":
    case "name-not-accepted":
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

/** Makes a refusal. */
export function refusal(reason: RefusalReason, detail: string): Refusal {
  return { reason, detail };
}
