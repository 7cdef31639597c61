import { verify } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AuthorityKeyIdentifier } from "@peculiar/asn1-x509";
import { outsideSignature } from "../profile/outside-profile.ts";
import type { Profile } from "../profile/profile.ts";
import type { RevocationList } from "./crl-structure.ts";
import { parseExactly } from "./exact-asn1.ts";
import { nameText } from "./name-text.ts";
import { readSignatureAlgorithm } from "./signature-algorithm.ts";
import type { SignatureCheck } from "./signature-algorithm.ts";
import type { VettedCa, VettedIssuer } from "./vetted-issuer.ts";

const AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";

/** Why no CA of the issuer's file stands behind a CRL; null where one does (RFC 5280 6.3.3 (f), (g)). */
export function crlSignatureProblem(
  crl: RevocationList,
  issuer: VettedIssuer,
  profile: Profile,
): string | null {
  const { tbsCertList: tbs } = crl;
  if (hexOf(tbs.signature) !== hexOf(crl.signatureAlgorithm)) {
    return "two different signature algorithms (RFC 5280 5.1.1.2)";
  }
  const check = readSignatureAlgorithm(tbs.signature);
  if (typeof check === "string") return check;
  const outside = outsideSignature(check, profile);
  if (outside !== null) return outside;
  const name = hexOf(tbs.issuer);
  const text = nameText(tbs.issuer);
  const named = issuer.certificates.filter(({ facts }) => facts.subject === name);
  if (named.length === 0) return `issued by ${text}, which is no CA of ${issuer.file}`;
  const signers = named.filter((ca) => isKeyNamed(crl, ca) && isSignature(crl, check, ca));
  if (signers.length === 0) return `not signed by the ${text} of ${issuer.file}`;
  return signers.some(({ facts }) => facts.keyUsage?.has("cRLSign") !== false)
    ? null
    : `${text} may not sign CRLs: its keyUsage lacks cRLSign`;
}

/** Two keys of one CA: the list names the one that signed it, where both sides name keys at all (RFC 5280 5.2.1). */
function isKeyNamed(crl: RevocationList, { facts }: VettedCa): boolean {
  const extension = crl.tbsCertList.crlExtensions?.find(
    ({ extnID }) => extnID === AUTHORITY_KEY_IDENTIFIER,
  );
  if (extension === undefined || facts.subjectKeyId === null) return true;
  const value = parseExactly(new Uint8Array(extension.extnValue.buffer), AuthorityKeyIdentifier);
  if (value === null) return false;
  const key = value.keyIdentifier;
  return key === undefined || Buffer.from(key.buffer).toString("hex") === facts.subjectKeyId;
}

function isSignature(
  crl: RevocationList,
  { keys, hash, pss }: SignatureCheck,
  ca: VettedCa,
): boolean {
  // `verify` goes by the key alone: it would take an ECDSA signature under the name of RSASSA-PSS.
  if (!keys.includes(ca.publicKey.asymmetricKeyType ?? "")) return false;
  if (crl.tbsCertListRaw === undefined) return false;
  try {
    const signed = new Uint8Array(crl.tbsCertListRaw);
    return verify(hash, signed, { key: ca.publicKey, ...pss }, new Uint8Array(crl.signature));
  } catch {
    return false;
  }
}

function hexOf(value: object): string {
  return Buffer.from(AsnConvert.serialize(value)).toString("hex");
}
