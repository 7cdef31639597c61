import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { AlgorithmIdentifier, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { parseExactly } from "../../origin-verifier/certificate/exact-asn1.ts";
import { readKeyFacts } from "../../origin-verifier/certificate/key-strength.ts";
import { readPemBlocks } from "../../origin-verifier/certificate/pem-blocks.ts";
import { readSignatureAlgorithm } from "../../origin-verifier/certificate/signature-algorithm.ts";
import { failed, onOneLine, parsed, type Parsed } from "../../shared/problem.ts";
import { childrenOf, type DerElement } from "./der-children.ts";
import { isMlDsa } from "./ml-dsa.ts";
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from "./x509.ts";

/** What a request for a certificate is read for: the key, whose owner has signed it, and what he asks for beside it. */
export interface Csr {
  readonly publicKey: KeyObject;
  /** `EC P-256`. */
  readonly keyName: string;
  /** The names that it asks for, as they are written; printable ASCII. Nothing else of it is ever looked at. */
  readonly names: readonly string[];
}

const LABELS = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];
const SUBJECT_ALT_NAME = "2.5.29.17";

/**
 * Reads a request (PKCS#10, PEM) from somebody who keeps his key. Its signature must be good: it proves that whoever
 * asks has the key (RFC 2986 3), and that nobody changed the request on its way.
 */
export function readCsr(text: string): Parsed<Csr> {
  const blocks = readPemBlocks(text);
  if (!blocks.ok) return blocks;
  const [block, ...others] = blocks.value;
  if (others.length > 0)
    return failed("", "holds more than one block, where one request was expected");
  if (block.label.endsWith("PRIVATE KEY")) {
    return failed("", "is a private key: its owner keeps it, and sends the request (CSR) alone");
  }
  if (!LABELS.includes(block.label))
    return failed("", `is a ${block.label}, not a CERTIFICATE REQUEST`);
  try {
    return readDer(block.der);
  } catch {
    return failed("", "cannot be read as a request (PKCS#10): is the file damaged?");
  }
}

function readDer(der: Buffer): Parsed<Csr> {
  const [info, algorithm, bits] = childrenOf(der);
  if (info === undefined || algorithm === undefined || bits === undefined) {
    return failed("", "is not a request (PKCS#10)");
  }
  const request = new Pkcs10CertificateRequest(new Uint8Array(der));
  const spki = Buffer.from(request.publicKey.rawData);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  const keyInfo = parseExactly(spki, SubjectPublicKeyInfo);
  if (keyInfo === null) return failed("", "has a key that cannot be read");
  const facts = readKeyFacts(keyInfo, publicKey);
  if (facts.weak !== null && !isMlDsa(publicKey.asymmetricKeyType)) {
    return failed("", `asks for ${facts.weak}`);
  }
  const problem = signatureProblem(info, algorithm, bits, publicKey);
  if (problem !== null) return failed("", problem);
  const names = request.getExtension(SUBJECT_ALT_NAME);
  return parsed({
    publicKey,
    keyName: facts.name,
    names:
      names instanceof SubjectAlternativeNameExtension
        ? names.names.items.map(({ value }) => onOneLine(value))
        : [],
  });
}

function signatureProblem(
  { whole: info }: DerElement,
  { whole: algorithm }: DerElement,
  { content: bits }: DerElement,
  key: KeyObject,
): string | null {
  const damaged = "its signature is not that of its key: it was changed on its way, or is damaged";
  // A BIT STRING begins with the number of its unused bits.
  const signature = bits.subarray(1);
  if (isMlDsa(key.asymmetricKeyType)) return verify(null, info, key, signature) ? null : damaged;
  const identifier = parseExactly(algorithm, AlgorithmIdentifier);
  if (identifier === null) return damaged;
  const check = readSignatureAlgorithm(identifier);
  if (typeof check === "string") return `is ${check}: make it again, with SHA-256`;
  if (!check.keys.includes(key.asymmetricKeyType ?? "")) return damaged;
  return verify(check.hash, info, { key, ...check.pss }, signature) ? null : damaged;
}
