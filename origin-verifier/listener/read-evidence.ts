import type { CertificateEvidence } from "../judge/evidence.ts";

/** What a trust makes of a peer's certificate, and for how long: until the trust is a later one, or a CA expires. */
export interface ReadEvidence {
  readonly generation: number;
  /** Milliseconds since 1970: from then on a CA of the chains that were found is not valid any more. */
  readonly until: number;
  readonly evidence: CertificateEvidence | null;
}

/** Before anything was read. */
export const UNREAD: ReadEvidence = {
  generation: 0,
  until: Number.NEGATIVE_INFINITY,
  evidence: null,
};
