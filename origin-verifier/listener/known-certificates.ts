import type { X509Certificate } from "node:crypto";
import type { Trust } from "../trust/trust.ts";
import type { PresentedCertificate } from "./peer.ts";
import type { ReadEvidence } from "./read-evidence.ts";

/** A certificate that was presented before, and what the trust makes of it. */
export interface KnownCertificate {
  readonly presented: PresentedCertificate;
  readonly read: ReadEvidence;
}

/** The certificates that are known under one trust. */
export interface KnownCertificates {
  readonly find: (x509: X509Certificate) => KnownCertificate | undefined;
  /** Keeps one, where an issuer of the trust signed it and nothing is wrong with it; all others are read each time. */
  readonly keep: (certificate: KnownCertificate) => void;
  readonly size: () => number;
  /** Of DER, together; what is made of a certificate takes some ten times as much. */
  readonly bytes: () => number;
}

/** So many are known at most, and of so many bytes of DER together: what was not presented for longest goes first. */
export const MOST_KNOWN = 1_000;
export const MOST_KNOWN_BYTES = 1 << 20;

// Each trust has its own, and takes it along: what a reload takes away, what it revokes, and what another verifier of this
// process trusts, is found out anew.
const known = new WeakMap<Trust, KnownCertificates>();

/**
 * What is known under a trust. Reading a certificate and checking who signed it cost three times as much as the whole
 * handshake, and the same few pull again and again. Nothing in it is a verdict: dates, lists and names are the
 * judge's to look at, for each request.
 *
 * Nobody gets in, or pushes anybody out, without a certificate of an issuer of the mapping: a flood of strangers costs
 * what their own handshakes cost, and leaves nothing behind.
 */
export function knownUnder(trust: Trust): KnownCertificates {
  const before = known.get(trust);
  if (before !== undefined) return before;
  const made = createKnownCertificates();
  known.set(trust, made);
  return made;
}

function createKnownCertificates(): KnownCertificates {
  // By the engine's own writing of the fingerprint, which it makes in less time than the DER that ours is made of. The one that was
  // presented last is the last.
  const all = new Map<string, KnownCertificate & { readonly bytes: number }>();
  let total = 0;
  const forget = (key: string): void => {
    total -= all.get(key)?.bytes ?? 0;
    all.delete(key);
  };
  return {
    find: ({ fingerprint256: key }) => {
      const found = all.get(key);
      if (found === undefined) return undefined;
      all.delete(key);
      all.set(key, found);
      return found;
    },
    keep: ({ presented, read }) => {
      if (presented.defect !== null || !(read.evidence !== null && read.evidence.signers.size > 0))
        return;
      const { fingerprint256: key, raw } = presented.x509;
      const bytes = raw.length;
      forget(key);
      all.set(key, { presented, read, bytes });
      total += bytes;
      for (const oldest of all.keys()) {
        if (all.size <= MOST_KNOWN && total <= MOST_KNOWN_BYTES) return;
        forget(oldest);
      }
    },
    size: () => all.size,
    bytes: () => total,
  };
}
