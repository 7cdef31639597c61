import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { IssuerName } from "../../shared/mapping.ts";
import type { Refusal } from "./refusal.ts";

/** What one request showed: all that the judge may look at. Plain data, so that every case can be written down. */
export interface Evidence {
  /** The name of the TLS handshake; null where there was none, or none that is a hostname. */
  readonly sni: Hostname | null;
  /** The name in the request's Host header. */
  readonly authority: Hostname;
  /** `X-Forwarded-Host`; null where there is none that is a hostname. */
  readonly forwardedHost: Hostname | null;
  /** The pull certificate; null where the peer presented none. */
  readonly certificate: CertificateEvidence | null;
  /** The address that the connection comes from: the peer's, or a load balancer's before this machine. */
  readonly remoteAddress: string;
  /** `X-Pull-Secret`; null where there is none, or more than one. Never told to anybody. */
  readonly secret: string | null;
  /** `Cf-Access-Jwt-Assertion`; null where there is none, or more than one. Never told to anybody. */
  readonly token: string | null;
  readonly engine: EngineVerdict;
  /** Whether the TLS session was resumed: then this handshake has shown no certificate at all. */
  readonly resumed: boolean;
  /** The time of the request, in milliseconds since 1970. */
  readonly now: number;
}

/** What is read from the certificate itself, by us and not by the engine. */
export interface CertificateEvidence {
  readonly fingerprint: Fingerprint;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
  /** The subject alternative DNS names, exactly as they stand. */
  readonly dnsNames: readonly string[];
  /** The first rule that the certificate breaks whoever issued it; null where it breaks none. */
  readonly defect: Refusal | null;
  /** The issuers of the mapping by which this certificate is signed, by our own check of the signature. */
  readonly signers: ReadonlySet<IssuerName>;
  /** What the revocation lists of each issuer that has any say of it. */
  readonly revocation: ReadonlyMap<IssuerName, Revocation>;
}

/** `missing`: no list of the CA that signed it. Whether a list is stale is a question of time, and the judge's own. */
export type Revocation = "good" | "missing" | "revoked";

/** What the TLS engine said of the handshake. It can refuse, and it never admits by itself. */
export interface EngineVerdict {
  readonly authorized: boolean;
  /** The engine's own words where it did not authorize. */
  readonly detail: string;
}
