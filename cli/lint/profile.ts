import type { CertificateFacts } from "../../origin-verifier/certificate/certificate-facts.ts";
import { outsideKey, outsideSignature } from "../../origin-verifier/profile/outside-profile.ts";
import { PROFILE_RULES, type Profile } from "../../origin-verifier/profile/profile.ts";
import type { AnyKeyType } from "../certificates/key-type.ts";
import { refusedAs, type Found } from "./lint-finding.ts";

/**
 * What of a pull certificate a verifier of this profile does not take, by its own rules. Of a key or a signature that no profile
 * takes it says nothing: that is weak, and said so.
 */
export function profileFindings(facts: CertificateFacts, profile: Profile): readonly Found[] {
  const path = "certificates[0]";
  const otherwise = refusedAs("outside-profile");
  const found: Found[] = [];
  const key = facts.weakKey === null ? outsideKey(facts, profile) : null;
  if (key !== null) {
    found.push({ path, message: `has ${key}`, otherwise, next: keyNext(profile) });
  }
  const signature =
    facts.weakSignature === null ? outsideSignature(facts.signature, profile) : null;
  if (signature !== null) {
    const next = signatureNext(facts, profile);
    found.push({ path, message: `is ${signature}`, otherwise, next });
  }
  return found;
}

/** A kind of key that a profile takes, of pull certificates and of issuers. */
export function keyTypeFor(profile: Profile): AnyKeyType {
  return profile === "post-quantum" ? "ml-dsa-65" : "p256";
}

function keyNext(profile: Profile): string {
  const edge = profile === "post-quantum" ? ", for the edge to present" : "";
  return `pullproof issue HOSTNAME --key-type ${keyTypeFor(profile)}${edge}; or start the verifier with another --profile`;
}

function signatureNext({ signature }: CertificateFacts, profile: Profile): string {
  const { signatures } = PROFILE_RULES[profile];
  return signature !== null && signatures.includes(signature.kind)
    ? "let its issuer sign it again, with a salt as long as the hash: pullproof issue HOSTNAME"
    : `make an issuer with such a key: pullproof issue --new-issuer "Own pulls" --key-type ${keyTypeFor(profile)} --out pki/another`;
}
