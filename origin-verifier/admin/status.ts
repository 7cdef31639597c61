import type { Trust } from "../trust/trust.ts";

/** What `/status` says. */
export interface Status {
  readonly ready: boolean;
  /** When this process began to accept pulls; ISO 8601. */
  readonly watchingSince: string | null;
  readonly generation: number;
  /** SHA-256 of the mapping file's text, hex. */
  readonly mappingDigest: string;
  readonly origins: Readonly<Record<string, OriginStatus>>;
}

/** What one origin hostname accepts. */
export interface OriginStatus {
  readonly hostnames: readonly string[];
  readonly issuer: string;
  readonly accepts: readonly string[] | { readonly names: readonly string[] };
}

/** Writes down what a trust accepts: public data only. */
export function statusOf(trust: Trust, watchingSince: Date | null, ready: boolean): Status {
  const origins = [...trust.origins].map(([hostname, { policy }]): [string, OriginStatus] => [
    hostname,
    {
      hostnames: policy.hostnames,
      issuer: policy.issuer,
      accepts:
        policy.accepts.by === "fingerprint"
          ? [...policy.accepts.fingerprints]
          : { names: [...policy.accepts.names] },
    },
  ]);
  return {
    ready,
    watchingSince: watchingSince?.toISOString() ?? null,
    generation: trust.generation,
    mappingDigest: trust.mappingDigest,
    origins: Object.fromEntries(origins),
  };
}
