import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { failure } from "../manners/failure.ts";
import { whyUnread } from "../manners/read-text.ts";
import type { CertificatePair } from "./find-pairs.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/**
 * Reads a certificate and its key that were named by themselves.
 *
 * @throws {Failure} naming the file, where one cannot be read or the two do not belong together.
 */
export function readPair(certificateFile: string, keyFile: string): CertificatePair {
  const x509 = read(certificateFile, (text) => new X509Certificate(text));
  const key = read(keyFile, createPrivateKey);
  if (!x509.checkPrivateKey(key)) {
    throw failure({
      file: keyFile,
      message: `is not the key of ${certificateFile}`,
      next: `name its own: --key FILE; or look at both: pullproof lint ${shellQuote(certificateFile)} --key ${shellQuote(keyFile)}`,
    });
  }
  return { fingerprint: fingerprintOf(x509.raw), x509, certificateFile, keyFile };
}

function read<T>(file: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (thrown) {
    throw failure({
      file,
      message: whyUnread(thrown),
      next: "name a certificate and its key, PEM both: --certificate FILE --key FILE",
    });
  }
}
