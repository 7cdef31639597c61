import type { CertificateFacts } from "../certificate/certificate-facts.ts";
import type { SignatureCheck } from "../certificate/signature-algorithm.ts";
import { PROFILE_RULES, type Profile } from "./profile.ts";

/**
 * What of a certificate is outside a profile, in words; null where nothing is. Of a key or a signature that no profile takes it
 * says nothing: that is refused as weak.
 */
export function outsideProfile(
  facts: Pick<CertificateFacts, "key" | "keyKind" | "rsaExponent" | "signature">,
  profile: Profile,
): string | null {
  return outsideKey(facts, profile) ?? outsideSignature(facts.signature, profile);
}

/** What of its key is. */
export function outsideKey(
  { key, keyKind, rsaExponent }: Pick<CertificateFacts, "key" | "keyKind" | "rsaExponent">,
  profile: Profile,
): string | null {
  const { keys, leastRsaExponent } = PROFILE_RULES[profile];
  if (keyKind !== null && !keys.includes(keyKind))
    return `a key of ${key}: the profile ${profile} takes ${keys.join(", ")}`;
  if (rsaExponent !== null && rsaExponent < leastRsaExponent)
    return `an RSA key with the exponent ${rsaExponent}: the profile ${profile} takes ${leastRsaExponent} and more`;
  return null;
}

/** What of a signature is, a certificate's or a revocation list's. */
export function outsideSignature(
  signature: SignatureCheck | null,
  profile: Profile,
): string | null {
  if (signature === null) return null;
  const { signatures, longPssSalt } = PROFILE_RULES[profile];
  const { kind, hash, pss } = signature;
  if (!signatures.includes(kind))
    return `signed with ${kind}: the profile ${profile} takes ${signatures.join(", ")}`;
  if (pss !== null && !longPssSalt && pss.saltLength * 8 > Number(hash?.slice("sha".length)))
    return `signed with RSASSA-PSS and a salt longer than its hash, which the profile ${profile} does not take`;
  return null;
}
