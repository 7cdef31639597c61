import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { CertificateFacts } from "../certificate/certificate-facts.ts";
import type { X509Certificate } from "node:crypto";
import type { EngineVerdict } from "../judge/evidence.ts";
import type { Refusal } from "../judge/refusal.ts";
import type { ReadEvidence } from "./read-evidence.ts";
import type { Turns } from "../request/turns.ts";

/** One connection after its handshake: what it showed, read once, and how it stands. */
export interface Peer {
  readonly originHostname: Hostname | null;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly tlsVersion: string | null;
  readonly resumed: boolean;
  readonly engine: EngineVerdict;
  readonly presented: PresentedCertificate | null;
  /** What was made of the certificate, and for how long that holds. */
  certificate: ReadEvidence;
  /** Its requests, one at a time. */
  readonly turns: Turns;
}

/** The pull certificate as it was presented, and what it says of itself. */
export interface PresentedCertificate {
  readonly x509: X509Certificate;
  readonly fingerprint: Fingerprint;
  /** Null where the certificate could not be read; then `defect` says so. */
  readonly facts: CertificateFacts | null;
  readonly defect: Refusal | null;
}
