import * as v from "valibot";
import { parseFingerprint, type Fingerprint } from "../../shared/fingerprint.ts";
import { onOneLine } from "../../shared/problem.ts";

/*
 * What `/status` says, as far as it is read here. A newer verifier may say more, and knows reasons that this version does
 * not: both are taken as they come. What is there has the form that is written here, or the answer is none.
 */

const Time = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => Date.parse(text)),
);
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const FingerprintText = v.pipe(
  v.string(),
  v.check((text) => parseFingerprint(text) !== null, "not a sha256 fingerprint"),
  v.transform((text) => text as Fingerprint),
);
/** Texts of another machine that end up on a terminal. */
const Word = v.pipe(
  v.string(),
  v.maxLength(1_000),
  v.regex(/^[\x20-\x7e]*$/, "not printable ASCII"),
);

const Refused = v.record(Word, v.object({ total: Count, lastHour: Count, last: Time }));

const Hostname = v.object({
  originHostname: Word,
  /** Of Authenticated Origin Pulls; null where a Worker presents, and with an older verifier. */
  level: v.optional(v.nullable(Word), null),
  /** Those of its origins that are served there; empty where a verifier knows of one alone. */
  originHostnames: v.optional(v.array(Word), []),
  mode: v.picklist(["enforce", "report"]),
  /** When report mode ends, or ended; null where the mapping says enforce. */
  reportEnds: v.nullable(Time),
  issuer: Word,
  /** Whether any certificate of Cloudflare's shared CA is accepted. */
  shared: v.optional(v.boolean(), false),
  /** Locks beside the certificate; of an older verifier nothing is known. A newer one may have others. */
  also: v.optional(
    v.array(
      v.object({
        lock: Word,
        /** A path may be in anybody's language. */
        file: v.optional(v.pipe(v.string(), v.maxLength(4_096), v.transform(onOneLine))),
        fetched: v.optional(v.nullable(Time)),
        old: v.optional(v.boolean(), false),
        secrets: v.optional(Count),
        team: v.optional(Word),
      }),
    ),
    [],
  ),
  accepts: v.union([v.array(FingerprintText), v.object({ names: v.array(Word) })]),
  /** The last seen first. */
  seen: v.array(
    v.object({
      fingerprint: FingerprintText,
      firstSeen: Time,
      lastSeen: Time,
      pulls: Count,
      lastVerdict: Word,
      /** Null while it was never accepted. */
      notAfter: v.nullable(Time),
    }),
  ),
  accepted: Count,
  lastAccepted: v.nullable(Time),
  refused: Refused,
  /** Let through in report mode, by the reason for which enforcing would have refused. */
  reported: Refused,
});

const Problem = v.object({ file: v.string(), path: v.string(), message: v.string() });

/** The whole answer. */
export const StatusSchema = v.object({
  version: Word,
  ready: v.boolean(),
  watchingSince: v.nullable(Time),
  now: Time,
  generation: Count,
  mappingDigest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "not a SHA-256 in hex")),
  lastSwap: v.nullable(Time),
  warnings: v.array(v.pipe(v.string(), v.transform(onOneLine))),
  lastReloadFailure: v.nullable(
    v.object({ at: Time, current: v.boolean(), problems: v.array(Problem) }),
  ),
  hostnames: v.record(Word, Hostname),
  certificates: v.array(
    v.object({ kind: Word, name: Word, fingerprint: FingerprintText, notAfter: Time }),
  ),
  revocationLists: v.array(v.object({ issuer: Word, nextUpdate: Time })),
});
