const KEY_IDENTIFIERS =
  "RFC 5280 asks it of issuers, to help those who build paths; here names and signatures decide. Common tools leave it out by default.";

/**
 * The cases that the suite wants refused and the verifier accepts, each with its reason. Frozen: a case that is not here and
 * is accepted fails the tests, and so does one that is here and is refused.
 */
export const ACCEPTED_VECTORS: Readonly<Record<string, string>> = {
  "rfc5280::aki::leaf-missing-aki": KEY_IDENTIFIERS,
  "rfc5280::aki::intermediate-missing-aki": KEY_IDENTIFIERS,
  "rfc5280::ski::root-missing-ski": KEY_IDENTIFIERS,
  "rfc5280::ski::intermediate-missing-ski": KEY_IDENTIFIERS,
  "rfc5280::root-non-critical-basic-constraints":
    "A mark for software that does not know basicConstraints; this one reads and obeys it. Common tools leave the mark out by default.",
  "rfc5280::nc::permitted-dns-match-noncritical":
    "The constraint is obeyed, marked critical or not; the twin webpki::nc::permitted-dns-match-noncritical wants this accepted.",
  "rfc5280::eku::ee-wrong-eku":
    "Its wrong extended key usage is clientAuth, which for a pull certificate is the right one.",
};
