import type { SecureContext } from "node:tls";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { IssuerName } from "../../shared/mapping.ts";
import type { VettedCrl } from "../certificate/read-crl.ts";
import type { VettedIssuer } from "../certificate/vetted-issuer.ts";
import type { Policy, PolicyFacts } from "../judge/policy.ts";

/**
 * The immutable snapshot that the verifier decides with. A reload builds a whole new one and swaps one reference;
 * anything wrong, and the old one stays.
 */
export interface Trust {
  /** 1 for the first, one more for each swap: what a connection knows itself to be older than. */
  readonly generation: number;
  /** SHA-256 of the mapping file's text, hex. */
  readonly mappingDigest: string;
  readonly origins: ReadonlyMap<Hostname, OriginTrust>;
  readonly issuers: ReadonlyMap<IssuerName, IssuerTrust>;
}

/**
 * What is told of a trust, and can be sent to another process: what is accepted and when it ends, but nothing that only the
 * engine can use.
 */
export interface TrustFacts {
  readonly generation: number;
  readonly mappingDigest: string;
  readonly origins: ReadonlyMap<Hostname, OriginFacts>;
  readonly issuers: ReadonlyMap<IssuerName, IssuerFacts>;
}

/** What is told of one origin hostname. */
export interface OriginFacts {
  readonly policy: PolicyFacts;
  readonly certificate: OwnCertificateFacts;
}

/** What is told of one issuer. */
export interface IssuerFacts {
  readonly name: IssuerName;
  readonly issuer: {
    readonly certificates: readonly {
      readonly facts: { readonly fingerprint: Fingerprint; readonly notAfter: number };
    }[];
  };
  readonly revocationUntil: number | null;
}

/** What one origin hostname is served with and judged by. */
export interface OriginTrust {
  readonly policy: Policy;
  /** The origin certificate, and the issuer that the engine checks pull certificates against. */
  readonly context: SecureContext;
  readonly certificate: OwnCertificateFacts;
  /** The Host that the application sees: the origin hostname, with the port where the mapping names one. */
  readonly authority: string;
}

/** What is told of an origin certificate, for warnings ahead of its end. Times are milliseconds since 1970. */
export interface OwnCertificateFacts {
  readonly fingerprint: Fingerprint;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** One issuer's files, vetted. */
export interface IssuerTrust {
  readonly name: IssuerName;
  readonly issuer: VettedIssuer;
  /** Whether it is Cloudflare's shared CA, which signs for all customers. */
  readonly shared: boolean;
  readonly crls: readonly VettedCrl[];
  /** When the first of the revocation lists goes stale, in milliseconds since 1970; null where the mapping names none. */
  readonly revocationUntil: number | null;
}
