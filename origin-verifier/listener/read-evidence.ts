import type { CertificateEvidence } from "../judge/evidence.ts";

/** What a trust makes of a certificate, and for how long: until the trust is a later one, or a CA of it begins or expires. */
export interface ReadEvidence {
  readonly generation: number;
  /** Milliseconds since 1970: from then on, and before `until`, the same CAs of the trust are valid. */
  readonly from: number;
  readonly until: number;
  readonly evidence: CertificateEvidence | null;
}

/** Before anything was read. */
export const UNREAD: ReadEvidence = {
  generation: 0,
  from: Number.POSITIVE_INFINITY,
  until: Number.NEGATIVE_INFINITY,
  evidence: null,
};
