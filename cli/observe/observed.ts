import type {
  HostnameAopCertificateId,
  MtlsCertificateId,
  ZoneAopCertificateId,
} from "../../shared/certificate-id.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import type { BindingName, IssuerName } from "../../shared/mapping.ts";

/*
 * What is, at one moment, as plain data: no method, no handle, and nothing of how it was found out. All times are
 * milliseconds since 1970. What could not be found out says so (`Observation`), because "there is none" and "nobody
 * answered" lead to opposite steps.
 */

/** Something that was asked for: the answer, or why there is none. Nothing is ever concluded from a missing answer. */
export type Observation<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: string };

/** Everything that a plan is made from, beside the mapping. */
export interface Observed {
  /** The operator's clock. */
  readonly at: number;
  readonly account: Observation<readonly AccountCertificate[]>;
  /** One for every environment of wrangler's configuration; the top level first. Empty: no Worker presents anything. */
  readonly workers: readonly ObservedWorker[];
  /** One for every zone that holds a hostname presented by the edge. */
  readonly zones: readonly Observation<ObservedZone>[];
  /** Hostnames presented by the edge that lie in none of the account's zones. */
  readonly withoutZone: readonly HostPattern[];
  /** One for every `--verifier`, in the order in which they were named. */
  readonly verifiers: readonly ObservedVerifier[];
  /** The certificates whose files are at hand, with their keys: what can be uploaded. */
  readonly atHand: readonly CertificateAtHand[];
}

/** What a certificate says of itself, whichever store it lies in. */
export interface CertificateOutline {
  readonly fingerprint: Fingerprint;
  readonly notBefore: number;
  readonly notAfter: number;
  /** DNS names of its subject alternative name, in lower case. */
  readonly names: readonly string[];
  /** The issuers of the mapping whose key has signed it; empty for anybody else's certificate. */
  readonly signedBy: readonly IssuerName[];
}

/** A certificate of the account's store (`/accounts/{a}/mtls_certificates`). */
export interface AccountCertificate {
  readonly id: MtlsCertificateId;
  /** Its label; not unique, and no identity. */
  readonly name: string;
  readonly uploadedAt: number | null;
  /** Null where its text cannot be read: then it is somebody else's, and nothing is done with it. */
  readonly certificate: CertificateOutline | null;
}

/** One environment of wrangler's configuration, and the Worker that it deploys. */
export interface ObservedWorker {
  /** "" for the top level, else the name under `[env]`. */
  readonly environment: string;
  /** The name under which it is deployed (`shop`, `shop-staging`). */
  readonly script: string;
  /** What the configuration says now: binding to certificate id. The ids may be placeholders. */
  readonly configured: Readonly<Record<BindingName, MtlsCertificateId>>;
  /** Null: never deployed. */
  readonly deployed: Observation<ObservedDeployment | null>;
  /**
   * The routes and custom domains of the configuration, and whom they lead to: wrangler sets them after the deployment, so that
   * one which was stopped in between answers nobody. Not asked for where nothing is deployed.
   */
  readonly routes: Observation<readonly ObservedRoute[]>;
}

/** One route, or one custom domain. */
export interface ObservedRoute {
  readonly pattern: string;
  /** The Worker that it leads to; null for none. */
  readonly script: string | null;
}

/** What answers visitors, and what a rollback could bring back. */
export interface ObservedDeployment {
  /** Since when these versions answer, in these shares, by Cloudflare's clock. */
  readonly since: number;
  /** The versions of the current deployment; several during a gradual one. Never empty. */
  readonly versions: readonly [ObservedVersion, ...ObservedVersion[]];
  /**
   * Versions that are not deployed and that `wrangler rollback` reaches, the newest first. Cloudflare offers the last
   * hundred; `rollbackLimit` of them were looked at.
   */
  readonly earlier: readonly ObservedVersion[];
  readonly rollbackLimit: number;
}

/** One version of a Worker. */
export interface ObservedVersion {
  readonly id: string;
  readonly createdAt: number;
  /** Of the requests, 0 to 100. A deployed version with 0 still answers (version overrides); 0 for earlier versions. */
  readonly percentage: number;
  /** Its certificate bindings: binding to certificate id. */
  readonly bindings: Readonly<Record<string, MtlsCertificateId>>;
}

/** One zone. */
export interface ObservedZone {
  readonly id: string;
  readonly name: string;
  /** The hostnames of the mapping that the edge presents for and that lie in this zone. */
  readonly hostnames: readonly HostPattern[];
  readonly ssl: Observation<SslMode>;
  /** Level "shared": whether Cloudflare's own certificate is presented where no other level is in force. */
  readonly tlsClientAuth: Observation<boolean>;
  /** Level "zone". */
  readonly zoneLevel: Observation<{
    readonly enabled: boolean;
    readonly certificates: readonly AopCertificate<ZoneAopCertificateId>[];
  }>;
  /** Level "hostname": the certificates, and the associations of the mapping's hostnames (others' where a list is to be had). */
  readonly hostnameLevel: Observation<{
    readonly certificates: readonly AopCertificate<HostnameAopCertificateId>[];
    readonly associations: readonly Association[];
  }>;
}

/** `full`: an http visitor makes an http pull without any certificate; `off` and `flexible`: every pull is one. */
export type SslMode = "off" | "flexible" | "full" | "strict" | "origin_pull";

/** A certificate of Authenticated Origin Pulls, of either kind. */
export interface AopCertificate<Id> {
  readonly id: Id;
  readonly status: AopStatus;
  readonly uploadedAt: number | null;
  /** Null where its text cannot be read. */
  readonly certificate: CertificateOutline | null;
}

/** Cloudflare's own words. `deleted` stays readable, and uploading the same certificate again resurrects its id. */
export type AopStatus =
  | "initializing"
  | "pending_deployment"
  | "active"
  | "pending_deletion"
  | "deleted"
  | "deployment_timed_out"
  | "deletion_timed_out";

/** Which certificate the edge presents for one hostname. */
export interface Association {
  readonly hostname: string;
  readonly certificateId: HostnameAopCertificateId;
  /** true presents; false presents **none**, even where the zone's level is on; null falls back to the zone's level. */
  readonly enabled: boolean | null;
  /** `active` once the edge has it; until then it presents what it presented before. Null where Cloudflare does not say. */
  readonly status: AopStatus | null;
  /** Since when it is so, by Cloudflare's clock; null where Cloudflare does not say. */
  readonly since: number | null;
}

/** One live verifier. */
export interface ObservedVerifier {
  /** As it was named, without credentials. */
  readonly url: string;
  readonly status: Observation<VerifierStatus>;
}

/** What a verifier says of itself at `/status`; its own clock measures it, so that two clocks are never compared. */
export interface VerifierStatus {
  /** The time of the answer by the verifier's clock. */
  readonly now: number;
  /** Since when it has seen every pull, by its clock: a restart begins anew. Null while it does not accept pulls. */
  readonly watchingSince: number | null;
  /** SHA-256 of the mapping file's text that it decides by, hex. */
  readonly mappingDigest: string;
  /** Counts its reloads. */
  readonly generation: number;
  /** Why its last reload failed, where none has succeeded since: it goes on with what it had. */
  readonly reloadFailure: string | null;
  /** The mapping's hostnames that are served here. */
  readonly hostnames: Readonly<Record<string, VerifierHostname>>;
}

/** One hostname at one verifier. */
export interface VerifierHostname {
  /** Those of its origins that are served there. */
  readonly originHostnames: readonly string[];
  /** Fingerprints; or the names that a certificate of the issuer must have one of. */
  readonly accepts: readonly Fingerprint[] | { readonly names: readonly string[] };
  /**
   * The pull certificates that were presented since `watchingSince`, accepted or not. One that is accepted here is never
   * forgotten; others are, for want of room.
   */
  readonly seen: readonly SeenCertificate[];
}

/** One pull certificate that was presented. */
export interface SeenCertificate {
  readonly fingerprint: Fingerprint;
  readonly lastSeen: number;
}

/** A certificate file with its key, found in the folder of certificates. */
export interface CertificateAtHand {
  readonly certificate: CertificateOutline;
  readonly certificateFile: string;
  readonly keyFile: string;
}
