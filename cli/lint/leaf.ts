import { Certificate } from "@peculiar/asn1-x509";
import type { CertificateFacts } from "../../origin-verifier/certificate/certificate-facts.ts";
import { readExtensions } from "../../origin-verifier/certificate/certificate-extensions.ts";
import { parseExactly } from "../../origin-verifier/certificate/exact-asn1.ts";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { onOneLine } from "../../shared/problem.ts";
import { NOT_A_LEAF, refusedAs, type Found } from "./lint-finding.ts";

/** The command that makes a certificate without any of these faults. */
const ISSUE = "pullproof issue HOSTNAME";

/**
 * What a pull certificate's own content must be: X.509 v3, a leaf, for signing, for clientAuth, and well-formed. Each rule
 * by itself, where the verifier stops at the first: a certificate is issued again once, not once for each mistake.
 */
export function leafFindings(facts: CertificateFacts, der: Uint8Array): readonly Found[] {
  const found: Found[] = [];
  const add = (wrong: boolean, message: string, otherwise: string, next = ISSUE): void => {
    if (wrong) found.push({ path: "certificates[0]", message, otherwise, next });
  };
  if (facts.version !== 3) {
    add(
      true,
      `is X.509 version ${facts.version}, which cannot say what it is for`,
      NOT_A_LEAF,
      `${ISSUE}; with openssl, give it extensions: openssl x509 -req -extfile ...`,
    );
    return found;
  }
  const { basicConstraints } = extensionsOf(der);
  add(facts.isCa, "is a CA's certificate (basicConstraints CA:TRUE)", NOT_A_LEAF);
  add(
    basicConstraints === null,
    "has no basicConstraints: nothing says that it is no CA",
    NOT_A_LEAF,
    `${ISSUE}; with openssl: basicConstraints=critical,CA:FALSE`,
  );
  add(
    facts.keyUsage?.has("digitalSignature") === false,
    "has a keyUsage without digitalSignature, with which a handshake is signed",
    refusedAs("not-for-client-auth"),
  );
  add(
    !facts.isCa && facts.keyUsage?.has("keyCertSign") === true,
    "has a keyUsage with keyCertSign, which only a CA may have",
    refusedAs("certificate-is-a-ca"),
  );
  add(
    !facts.clientAuth,
    facts.extendedKeyUsage === null
      ? "has no extendedKeyUsage: clientAuth must be named"
      : "has an extendedKeyUsage that does not name clientAuth (a web server's certificate has serverAuth)",
    refusedAs("not-for-client-auth"),
  );
  if (facts.keyUsage === null) {
    found.push({
      severity: "warning",
      path: "certificates[0]",
      message: "has no keyUsage",
      otherwise:
        "our verifier takes it; a keyUsage that another server did not expect has broken pulls",
      next: `${ISSUE}; with openssl: keyUsage=critical,digitalSignature`,
    });
  }
  for (const malformed of facts.malformed) {
    add(true, `is malformed: ${malformed}`, refusedAs("malformed-certificate"));
  }
  return found;
}

/**
 * The names. The verifier compares fingerprints, or (for `issued`) names; the common name counts for nobody.
 *
 * @param hostname whom it is for, where that was said.
 */
export function nameFindings(facts: CertificateFacts, hostname: Hostname | null): readonly Found[] {
  const names = facts.names.dns.map((name) => parseHostname(name) ?? name);
  const told = names.length === 0 ? "none" : names.map(onOneLine).join(", ");
  const path = "certificates[0].subjectAltName";
  if (hostname !== null && !names.includes(hostname)) {
    return [
      {
        path,
        message: `does not name ${hostname} (its DNS names: ${told})`,
        otherwise: refusedAs("name-not-accepted", ', where the mapping accepts "issued"'),
        next: `pullproof issue ${hostname}`,
      },
    ];
  }
  if (names.length > 0) return [];
  return [
    {
      severity: "warning",
      path,
      message: "has no DNS name",
      otherwise: 'the mapping can list its fingerprint; "issued" accepts a name alone',
      next: ISSUE,
    },
  ];
}

function extensionsOf(der: Uint8Array): ReturnType<typeof readExtensions> {
  const certificate = parseExactly(der, Certificate);
  return readExtensions(certificate?.tbsCertificate.extensions ?? []);
}
