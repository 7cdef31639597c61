import type { KeyObject, X509Certificate } from "node:crypto";
import type { CertificateFacts } from "./certificate-facts.ts";

/** One CA of an issuer file, every rule of `issuerProblems` kept on the day it was read. */
export interface VettedCa {
  readonly certificate: X509Certificate;
  readonly facts: CertificateFacts;
  readonly publicKey: KeyObject;
  /** This certificate alone, written anew by the engine: one member of a secure context's `ca` array. */
  readonly pem: string;
  readonly selfSigned: boolean;
}

/**
 * An issuer file that was read whole.
 *
 * What the file means: the operator vouches for its *anchors*, and an intermediate counts as far as an anchor vouches for it.
 * Anchors are the self-signed CAs; in a file without any, the CAs that no other CA of the file signed (a lone
 * intermediate is a fine issuer, and the narrower one). An intermediate that hangs in the air beside a self-signed CA is a problem
 * and not a second anchor: its own issuer's path length and name constraints would be lost unseen.
 */
export interface VettedIssuer {
  readonly file: string;
  /** In the order of the file. */
  readonly certificates: readonly [VettedCa, ...VettedCa[]];
  readonly anchors: ReadonlySet<VettedCa>;
  /** For each CA, those of the file that signed it; itself left out. */
  readonly signers: ReadonlyMap<VettedCa, readonly VettedCa[]>;
  /** Whether the engine needs `allowPartialTrustChain`: some anchor is not self-signed. */
  readonly partialChain: boolean;
}
