import type { KeyObject, X509Certificate } from "node:crypto";
import type { CertificateFacts } from "../../origin-verifier/certificate/certificate-facts.ts";
import { isMlDsa } from "../certificates/ml-dsa.ts";
import { refusedAs, type Found, type Level } from "./lint-finding.ts";

/** The key types of `issue`, which are those that Cloudflare documents for every level. */
const ISSUE = "pullproof issue HOSTNAME --key-type p256";
const CURVES = ["prime256v1", "secp384r1"];

/** Type and size of the key, and the algorithm of the signature. */
export function keyKindFindings(
  certificate: X509Certificate,
  facts: CertificateFacts,
  level: Level,
): readonly Found[] {
  const path = "certificates[0]";
  const key = publicKeyOf(certificate);
  const found: Found[] = [];
  if (isMlDsa(key?.asymmetricKeyType)) {
    if (level === "store") {
      found.push({
        path,
        message: `has a key of ${facts.key}, which Cloudflare takes for Authenticated Origin Pulls alone`,
        otherwise:
          "Cloudflare refuses it for a Worker's binding: RSA and ECDSA are documented there",
        next: `${ISSUE}; or present it by the edge, and ask with --for hostname`,
      });
    }
  } else if (facts.weakKey !== null) {
    found.push({
      path,
      message: `has ${facts.weakKey}`,
      otherwise: refusedAs("weak-key"),
      next: ISSUE,
    });
  } else if (key !== null && !isDocumented(key)) {
    found.push({
      path,
      message: `has a key of ${facts.key}; Cloudflare documents RSA, P-256 and P-384`,
      otherwise: "Cloudflare may refuse it, or present nothing in the handshake",
      next: ISSUE,
    });
  }
  const signedBy = facts.signature?.kind ?? "";
  if (level === "store" && signedBy.startsWith("ML-DSA") && !isMlDsa(key?.asymmetricKeyType)) {
    found.push({
      path,
      message: `is signed with ${signedBy}, which Cloudflare takes for Authenticated Origin Pulls alone`,
      otherwise:
        "Cloudflare may refuse it for a Worker's binding: RSA and ECDSA are documented there",
      next: 'sign it with another issuer: pullproof issue --new-issuer "Own pulls" --out pki/another',
    });
  }
  if (facts.weakSignature !== null) {
    found.push({
      path,
      message: `is ${facts.weakSignature}`,
      otherwise: refusedAs("weak-signature"),
      next: "let its issuer sign it again, with SHA-256: pullproof issue HOSTNAME",
    });
  }
  return found;
}

/** Whether certificate and key belong together; null where the key could not be read. */
export function keyMatchFindings(
  chain: readonly X509Certificate[],
  key: KeyObject | null,
): readonly Found[] {
  if (key === null) return [];
  const owner = chain.findIndex((certificate) => belongsTo(certificate, key));
  if (owner === 0) return [];
  return [
    {
      path: "",
      message:
        owner === -1
          ? "is not the key of the certificate"
          : `is the key of certificates[${owner}], not of the first`,
      otherwise: "Cloudflare refuses the pair (2200 for custom certificates)",
      next:
        owner === -1
          ? "find the key whose `openssl pkey -in KEY -pubout` is `openssl x509 -in CERT -noout -pubkey`"
          : "put the key's own certificate first in the file",
    },
  ];
}

function isDocumented({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === "rsa") return true;
  return asymmetricKeyType === "ec" && CURVES.includes(asymmetricKeyDetails?.namedCurve ?? "");
}

function belongsTo(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}

/** The getter throws for algorithms that this Node's OpenSSL does not know. */
function publicKeyOf(certificate: X509Certificate): KeyObject | null {
  try {
    return certificate.publicKey;
  } catch {
    return null;
  }
}
