import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";

/** A reason in plain words, as the second half of a sentence that began with what was tried. */
export function explain(reason: RefusalReason | "unmapped"): string {
  switch (reason) {
    case "unmapped":
      return "no entry of the mapping has this hostname";
    case "no-certificate":
      return "it presented no certificate";
    case "unknown-issuer":
      return "signed by nobody whom the mapping names";
    case "session-resumed":
      return "it resumed a TLS session, which shows no certificate";
    case "malformed-certificate":
      return "its certificate cannot be read";
    case "not-version-3":
      return "its certificate is not X.509 v3";
    case "certificate-is-a-ca":
      return "its certificate is a CA's, not a leaf";
    case "not-for-client-auth":
      return "its certificate is not made for pulling (clientAuth)";
    case "weak-key":
      return "its key is too weak";
    case "weak-signature":
      return "its certificate is signed with a broken algorithm";
    case "certificate-not-yet-valid":
      return "its certificate is not valid yet";
    case "certificate-expired":
      return "its certificate has expired";
    case "wrong-issuer":
      return "a good certificate, but signed by another hostname's issuer";
    case "refused-by-engine":
      return "the TLS engine does not trust its certificate";
    case "certificate-revoked":
      return "its certificate is revoked";
    case "revocation-unknown":
      return "the issuer's revocation list is stale";
    case "certificate-not-accepted":
      return "a good certificate, but not this hostname's";
    case "name-not-accepted":
      return "a good certificate, but with another hostname's name";
    case "misdirected":
      return "the handshake named one origin, and the request another";
    case "malformed-request":
      return "the request is malformed";
    case "body-not-allowed":
      return "the request has a body where none is allowed";
    case "method-not-allowed":
      return "the method is not allowed";
    case "request-timeout":
      return "the request took too long";
    case "content-too-large":
      return "the body is too large";
    case "expectation-failed":
      return "it expects what the verifier does not do";
    case "headers-too-large":
      return "the headers are too large";
    case "version-not-supported":
      return "not HTTP/1.1";
    case "application-unreachable":
      return "accepted, but the application cannot be reached";
    case "application-timeout":
      return "accepted, but the application does not answer";
  }
}
