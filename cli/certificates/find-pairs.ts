import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";

/** A leaf certificate with its private key, found in a folder: what can be presented, or uploaded. */
export interface CertificatePair {
  readonly fingerprint: Fingerprint;
  readonly x509: X509Certificate;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/**
 * Looks through a folder, and the folders in it, for `NAME.pem` with `NAME.key` beside it. What is no certificate, is a
 * CA, or whose key is another's, is left out: a folder of keys holds other things too. Keys are not kept in memory.
 */
export function findPairs(folder: string): readonly CertificatePair[] {
  return globSync("**/*.pem", { cwd: folder, exclude: ["**/node_modules/**"] })
    .toSorted()
    .flatMap((file) => {
      const certificateFile = path.join(folder, file);
      const keyFile = certificateFile.replace(/\.pem$/, ".key");
      const x509 = tryTo(() => new X509Certificate(readFileSync(certificateFile)));
      const key = tryTo((): KeyObject => createPrivateKey(readFileSync(keyFile)));
      if (x509 === null || key === null || x509.ca || !x509.checkPrivateKey(key)) return [];
      return [{ fingerprint: fingerprintOf(x509.raw), x509, certificateFile, keyFile }];
    });
}

function tryTo<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
