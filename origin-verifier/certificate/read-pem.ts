import { createPrivateKey, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { failed, parsed, parsedUnless, pathTo } from "../../shared/problem.ts";
import type { Parsed, Problem } from "../../shared/problem.ts";
import { readPemBlocks } from "./pem-blocks.ts";
import type { PemBlock } from "./pem-blocks.ts";

/**
 * Reads a file of certificates: every block by itself, none left out. A block of another kind, or one that does not
 * parse, is a problem with its place (`certificates[1]`), never something to step over: `tls.createSecureContext`
 * drops the rest of the file after a corrupt block, and takes a file without certificates to mean Mozilla's roots.
 */
export function readPemCertificates(
  text: string,
): Parsed<readonly [X509Certificate, ...X509Certificate[]]> {
  const blocks = readPemBlocks(text);
  if (!blocks.ok) return blocks;
  const problems: Problem[] = [];
  const certificates: X509Certificate[] = [];
  for (const [index, block] of blocks.value.entries()) {
    const certificate = block.label === "CERTIFICATE" ? readCertificate(block.der) : null;
    if (certificate !== null) certificates.push(certificate);
    else problems.push({ path: pathTo("certificates", index), message: notACertificate(block) });
  }
  return parsedUnless(problems, () => certificates as [X509Certificate, ...X509Certificate[]]);
}

/**
 * Reads one certificate's DER, and nothing beside it: null for trailing bytes. Also null where the engine read
 * something else than what it was given: `new X509Certificate` looks for PEM *first*, so that a certificate with PEM text
 * in one of its extensions would be read as the certificate in that text.
 */
export function readCertificate(der: Uint8Array): X509Certificate | null {
  try {
    const certificate = new X509Certificate(der);
    return certificate.raw.equals(der) ? certificate : null;
  } catch {
    return null;
  }
}

function notACertificate({ label }: PemBlock): string {
  if (label === "CERTIFICATE") {
    return "this block is not one whole certificate (corrupt base64, damaged DER, or bytes after its end): export it again";
  }
  if (label.endsWith("PRIVATE KEY")) {
    return "this is a private key: a file of certificates holds none. Move it out, and treat it as seen by whoever can read this file";
  }
  if (label === "TRUSTED CERTIFICATE") {
    return "this is OpenSSL's own TRUSTED CERTIFICATE: write it as a plain one with `openssl x509 -in FILE`";
  }
  if (label.endsWith("CERTIFICATE REQUEST")) {
    return "this is a request for a certificate (CSR): put the certificate here that its issuer made of it";
  }
  if (label === "X509 CRL") {
    return "this is a revocation list (CRL): it belongs in the issuer's `crl` file";
  }
  return `this is a ${label}, not a CERTIFICATE`;
}

/** Reads a file with exactly one private key, unencrypted. Problems carry the path of the whole document. */
export function readPemKey(text: string): Parsed<KeyObject> {
  const blocks = readPemBlocks(text);
  if (!blocks.ok) return blocks;
  // `openssl ecparam -genkey` writes the curve's name in a block before the key.
  const keys = blocks.value.filter(({ label }) => label !== "EC PARAMETERS");
  const [block, ...others] = keys;
  if (block === undefined || others.length > 0) {
    return failed("", `holds ${keys.length} blocks where one private key was expected`);
  }
  if (block.label === "CERTIFICATE") {
    return failed("", "this is a certificate, not its private key: are the two files swapped?");
  }
  if (!block.label.endsWith("PRIVATE KEY")) {
    return failed("", `this is a ${block.label}, not a private key`);
  }
  if (block.label === "ENCRYPTED PRIVATE KEY" || block.text.includes("Proc-Type: 4,ENCRYPTED")) {
    return failed(
      "",
      "the private key is encrypted: write it in the clear with `openssl pkey -in FILE`, mode 0600",
    );
  }
  try {
    return parsed(createPrivateKey(block.text));
  } catch {
    return failed("", "the private key does not parse: is the file damaged?");
  }
}
