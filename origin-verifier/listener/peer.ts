import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { CertificateFacts } from "../certificate/certificate-facts.ts";
import type { X509Certificate } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { CertificateEvidence, EngineVerdict } from "../judge/evidence.ts";
import type { Refusal } from "../judge/refusal.ts";

/** One connection after its handshake: what it showed, read once, and how it stands. */
export interface Peer {
  readonly originHostname: Hostname | null;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly tlsVersion: string | null;
  readonly resumed: boolean;
  readonly engine: EngineVerdict;
  readonly presented: PresentedCertificate | null;
  /** What the current trust makes of the certificate; made again when the trust is a later one. */
  certificate: { readonly generation: number; readonly evidence: CertificateEvidence | null };
  /** The answer that was begun last. */
  answering: ServerResponse | null;
  /** Requests of this connection that are not answered yet. */
  unanswered: number;
  /** The connection is being closed: whatever else it sends is no request any more. */
  closing: boolean;
}

/** The pull certificate as it was presented, and what it says of itself. */
export interface PresentedCertificate {
  readonly x509: X509Certificate;
  readonly fingerprint: Fingerprint;
  /** Null where the certificate could not be read; then `defect` says so. */
  readonly facts: CertificateFacts | null;
  readonly defect: Refusal | null;
}
