import type { RefusalReason } from "../judge/refusal.ts";

/**
 * What a refusal is about, for people: `stranger`, nobody of ours came to the door; `certificate`, one was shown and not
 * accepted; `request`, what was asked cannot be handed on; `application`, the pull was accepted and came to nothing.
 */
export type ReasonKind = "stranger" | "certificate" | "request" | "application";

/** All kinds, the most telling first. */
export const REASON_KINDS = [
  "certificate",
  "application",
  "request",
  "stranger",
] as const satisfies readonly ReasonKind[];

/** The kind of a reason. */
export function reasonKind(reason: RefusalReason): ReasonKind {
  switch (reason) {
    case "no-certificate":
    case "unknown-issuer":
    case "session-resumed":
      return "stranger";
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
    // A good certificate, from where it has no business: its key may be in other hands.
    case "address-not-accepted":
    case "secret-not-accepted":
    case "token-not-accepted":
      return "certificate";
    case "misdirected":
    case "malformed-request":
    case "body-not-allowed":
    case "method-not-allowed":
    case "request-timeout":
    case "content-too-large":
    case "expectation-failed":
    case "headers-too-large":
    case "version-not-supported":
      return "request";
    case "application-unreachable":
    case "application-timeout":
      return "application";
  }
}

/**
 * Whether this reason is given only to a certificate that an issuer of the mapping has signed: the judge has checked the
 * signature before it looks at what these reasons are about. All others may be given to a certificate of anybody's making.
 */
export function provesIssuer(reason: RefusalReason): boolean {
  switch (reason) {
    case "wrong-issuer":
    case "refused-by-engine":
    case "certificate-revoked":
    case "revocation-unknown":
    case "certificate-not-accepted":
    case "name-not-accepted":
    case "address-not-accepted":
    case "secret-not-accepted":
    case "token-not-accepted":
      return true;
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
    case "misdirected":
    case "malformed-request":
    case "body-not-allowed":
    case "method-not-allowed":
    case "request-timeout":
    case "content-too-large":
    case "expectation-failed":
    case "headers-too-large":
    case "version-not-supported":
    // Told of when the pull was accepted.
    case "application-unreachable":
    case "application-timeout":
      return false;
  }
}
