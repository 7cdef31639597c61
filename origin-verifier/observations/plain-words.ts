import type { RefusalReason } from "../judge/refusal.ts";

/** A reason in plain words, as the second half of a sentence that began with what was tried. */
export function plainWords(reason: RefusalReason): string {
  switch (reason) {
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
    case "outside-profile":
      return "its certificate is outside of the verifier's profile";
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
    case "address-not-accepted":
      return "a good certificate, but from an address that is not accepted";
    case "secret-not-accepted":
      return "a good certificate, but without the secret beside it";
    case "token-not-accepted":
      return "a good certificate, but without an Access token for this hostname beside it";
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

/** What to do about a reason: where to look, and the command to begin with, if there is one. */
export interface NextStep {
  readonly words: string;
  readonly command: string | null;
}

const CHECK = "pullproof check";
const NEW_CERTIFICATE = "pullproof issue HOSTNAME --issuer pki/issuer";

/** The next step for a reason. `HOSTNAME` in a command stands for the hostname that it is about. */
export function nextStep(reason: RefusalReason): NextStep {
  switch (reason) {
    case "no-certificate":
      return step(
        "A stranger: nothing to do. If it is your Worker, it went past its binding.",
        "pullproof check --deploy",
      );
    case "unknown-issuer":
      return step(
        "A stranger: nothing to do. If it is yours, its issuer is missing in the mapping.",
        CHECK,
      );
    case "session-resumed":
      return step("No Worker resumes a session: look at who came from that address.", null);
    case "malformed-certificate":
    case "not-version-3":
    case "certificate-is-a-ca":
    case "not-for-client-auth":
    case "weak-key":
    case "weak-signature":
      return step(
        "Issue a pull certificate that is made for pulling, and upload it.",
        NEW_CERTIFICATE,
      );
    case "outside-profile":
      return step(
        "Issue one with a key and an issuer that the profile takes; the detail says what it met.",
        NEW_CERTIFICATE,
      );
    case "certificate-not-yet-valid":
      return step("Is this machine's clock right?", "timedatectl");
    case "certificate-expired":
      return step("Issue the next certificate, list it, upload it, bind it.", NEW_CERTIFICATE);
    case "wrong-issuer":
      return step("Is it bound to another hostname, or does the entry name another issuer?", CHECK);
    case "refused-by-engine":
      return step(
        "The detail says what the engine found wrong between certificate and issuer.",
        CHECK,
      );
    case "certificate-revoked":
      return step("If it should still pull, it needs a new certificate.", NEW_CERTIFICATE);
    case "revocation-unknown":
      return step(
        "Put a fresh revocation list of the issuer in place, then reload.",
        "kill -HUP PID",
      );
    case "certificate-not-accepted":
      return step(
        "If it is the next certificate, put its fingerprint into accept.certificates, then reload.",
        CHECK,
      );
    case "name-not-accepted":
      return step("Does the certificate name one of accept.names, exactly?", CHECK);
    case "address-not-accepted":
      return step(
        "Who pulls from there? If it is Cloudflare, its ranges have changed: fetch them anew.",
        "pullproof fetch addresses",
      );
    case "secret-not-accepted":
      return step(
        "Does the Transform Rule of this hostname, or its Worker's secret, say what the verifier was started with?",
        CHECK,
      );
    case "token-not-accepted":
      return step(
        "Is an Access application in front of all of this hostname? If its team has new keys, fetch them.",
        "pullproof fetch access TEAM",
      );
    case "misdirected":
      return step(
        "Do the Worker and the verifier have the same mapping?",
        "pullproof check --deploy",
      );
    case "malformed-request":
    case "body-not-allowed":
    case "method-not-allowed":
    case "expectation-failed":
    case "version-not-supported":
      return step("Nothing that a Worker sends: the detail says what was wrong with it.", null);
    case "request-timeout":
      return step(
        "The sender stopped halfway: look at the visitor's line, or the Worker's log.",
        null,
      );
    case "content-too-large":
    case "headers-too-large":
      return step("Larger than the verifier takes: what does the visitor send?", null);
    case "application-unreachable":
      return step("Is the application running, and where the verifier looks for it?", "ss -ltnp");
    case "application-timeout":
      return step("The application took the pull and did not answer: look at its log.", null);
  }
}

function step(words: string, command: string | null): NextStep {
  return { words, command };
}
