import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { RefusalReason } from "../judge/refusal.ts";

/** A pull certificate that has been seen for one hostname. Times are milliseconds since 1970. */
export interface SeenCertificate {
  readonly fingerprint: Fingerprint;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Pulls that presented it. */
  readonly pulls: number;
  /** When it expires; null while it has never been accepted: then nobody has told. */
  readonly notAfter: number | null;
  /** What became of the last pull that presented it. */
  readonly lastVerdict: "accepted" | RefusalReason;
}

/** One pull that presented a certificate. */
export interface Sighting {
  readonly at: number;
  readonly notAfter: number | null;
  readonly verdict: "accepted" | RefusalReason;
}

/** The certificates seen for one hostname. */
export interface SeenCertificates {
  readonly see: (fingerprint: Fingerprint, sighting: Sighting) => void;
  /** Says which fingerprints the mapping lists now. */
  readonly list: (listed: ReadonlySet<Fingerprint>) => void;
  readonly isListed: (fingerprint: Fingerprint) => boolean;
  /** The last seen first. */
  readonly all: () => readonly SeenCertificate[];
}

/**
 * How many certificates are remembered beside those that the mapping lists. Listed ones are never forgotten: that one was
 * not seen is what lets a rotation retire it, so forgetting would be an outage.
 */
export const UNLISTED_AT_MOST = 32;

type Mutable = { -readonly [Key in keyof SeenCertificate]: SeenCertificate[Key] };

/** Remembers nothing yet, and lists nothing. */
export function createSeenCertificates(): SeenCertificates {
  const seen = new Map<Fingerprint, Mutable>();
  let listed: ReadonlySet<Fingerprint> = new Set();

  const forgetBeyond = (most: number): void => {
    const unlisted = [...seen.values()].filter(({ fingerprint }) => !listed.has(fingerprint));
    unlisted.sort((a, b) => b.lastSeen - a.lastSeen);
    for (const { fingerprint } of unlisted.slice(most)) seen.delete(fingerprint);
  };

  return {
    see: (fingerprint, { at, notAfter, verdict }) => {
      const known = seen.get(fingerprint);
      if (known === undefined) {
        if (!listed.has(fingerprint)) forgetBeyond(UNLISTED_AT_MOST - 1);
        const lastVerdict = verdict;
        seen.set(fingerprint, {
          fingerprint,
          firstSeen: at,
          lastSeen: at,
          pulls: 1,
          notAfter,
          lastVerdict,
        });
        return;
      }
      known.lastSeen = at;
      known.pulls += 1;
      known.lastVerdict = verdict;
      known.notAfter = notAfter ?? known.notAfter;
    },
    list: (fingerprints) => {
      listed = fingerprints;
      forgetBeyond(UNLISTED_AT_MOST);
    },
    isListed: (fingerprint) => listed.has(fingerprint),
    all: () =>
      [...seen.values()].map((one) => ({ ...one })).toSorted((a, b) => b.lastSeen - a.lastSeen),
  };
}
