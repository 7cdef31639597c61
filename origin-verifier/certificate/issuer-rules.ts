import type { X509Certificate } from "node:crypto";
import type { CertificateFacts } from "./certificate-facts.ts";
import { outsideKey, outsideSignature } from "../profile/outside-profile.ts";
import { PROFILE_RULES, type Profile } from "../profile/profile.ts";
import { nameConstraintProblems } from "./name-constraints.ts";

const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";

/**
 * Every rule that a CA of an issuer file breaks, in words; none for a good one.
 *
 * Not asked for, because ordinary tools leave it out and nothing rests on it: keyUsage at all (where it is there it must have
 * keyCertSign: RFC 5280 6.1.4 (n)), a critical basicConstraints, key identifiers.
 */
export function issuerProblems(
  certificate: X509Certificate,
  facts: CertificateFacts,
  now: number,
  profile: Profile,
): readonly string[] {
  const problems: string[] = [];
  const add = (wrong: boolean, what: string): void => {
    if (wrong) problems.push(what);
  };
  add(
    facts.version !== 3,
    `an X.509 version ${facts.version} certificate: nothing in it says that it is a CA; issue it again as version 3`,
  );
  add(
    facts.version === 3 && !facts.isCa,
    facts.clientAuth
      ? "this is a leaf, not an issuer: put the certificate of the CA that signed it here"
      : "not a CA (basicConstraints without CA:TRUE): put the certificate of the CA here",
  );
  add(
    facts.isCa && facts.keyUsage?.has("keyCertSign") === false,
    "its keyUsage lacks keyCertSign: it may not sign certificates",
  );
  add(
    facts.extendedKeyUsage?.some((use) => use === CLIENT_AUTH || use === ANY_EXTENDED_KEY_USAGE) ===
      false,
    "its extendedKeyUsage leaves out clientAuth: no engine accepts a pull certificate below it",
  );
  add(facts.subject === EMPTY_NAME, "an empty subject (RFC 5280 4.1.2.6)");
  add(facts.weakKey !== null, `${facts.weakKey ?? ""}: issue it again with a stronger one`);
  const { everyCertificate } = PROFILE_RULES[profile];
  // A self-signed CA vouches for its own key, which the operator does by naming the file: that signature proves nothing.
  const signatureCounts = everyCertificate || !isSelfSigned(certificate, facts);
  add(
    facts.weakSignature !== null && signatureCounts,
    `${facts.weakSignature ?? ""}: let its issuer sign it again`,
  );
  const outside = [
    facts.weakKey === null ? outsideKey(facts, profile) : null,
    signatureCounts ? outsideSignature(facts.signature, profile) : null,
  ];
  for (const what of outside)
    if (what !== null) problems.push(`${what}: issue it again, or choose another profile`);
  add(
    contradictsItself(certificate, facts),
    "signed by its own key, but its authorityKeyIdentifier names another (RFC 5280 4.2.1.1)",
  );
  add(
    now >= facts.notAfter,
    `expired on ${day(facts.notAfter)}: replace it, or remove it from the file`,
  );
  add(now < facts.notBefore, `not valid before ${day(facts.notBefore)}: is the clock right?`);
  const constraints =
    facts.nameConstraints === null ? [] : nameConstraintProblems(facts.nameConstraints);
  return [...problems, ...constraints, ...facts.malformed];
}

const EMPTY_NAME = "3000";

/** Whether a certificate is signed with the key that it carries, and names itself as its issuer in every field. */
export function isSelfSigned(certificate: X509Certificate, facts: CertificateFacts): boolean {
  return isSignedByOwnKey(certificate, facts) && certificate.checkIssued(certificate);
}

/** `checkIssued` compares the authorityKeyIdentifier too; an intermediate that looks self-signed would pass for an anchor. */
function contradictsItself(certificate: X509Certificate, facts: CertificateFacts): boolean {
  // The engine also says no to a certificate that it finds invalid elsewhere; that is said already.
  return (
    facts.isCa &&
    facts.malformed.length === 0 &&
    facts.keyUsage?.has("keyCertSign") !== false &&
    isSignedByOwnKey(certificate, facts) &&
    !certificate.checkIssued(certificate)
  );
}

function isSignedByOwnKey(certificate: X509Certificate, facts: CertificateFacts): boolean {
  try {
    return facts.issuer === facts.subject && certificate.verify(certificate.publicKey);
  } catch {
    return false;
  }
}

/** A date for people: `2027-03-01`. */
export function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
