import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import type { ZoneName } from "./cloudflare-reader.ts";
import type { AopStatus, SslMode } from "./observed.ts";

/*
 * What else at Cloudflare decides whether an origin pull is made, and carries a certificate. Nothing here is ever changed by
 * this tool: the doctor says what each means.
 */

/** What was asked for; or why there is no answer, and what to do to have one. */
export type Inspection<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly message: string; readonly next: string };

/** A zone as a whole. */
export interface ZoneFacts {
  /** `partial`: its DNS is somewhere else, and only some names lead to Cloudflare. */
  readonly type: "full" | "partial" | "secondary" | "internal";
  /** Nothing of it is proxied. */
  readonly paused: boolean;
}

/** A DNS record, as far as it says who answers for a name. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  /** Whether Cloudflare's edge answers, and the origin behind it is pulled from. */
  readonly proxied: boolean;
  /** A tunnel: `cloudflared` opens the connection, and Authenticated Origin Pulls have no effect. */
  readonly isTunnel: boolean;
}

/** A Configuration Rule, or a Page Rule of old, that sets the SSL mode of some requests. */
export interface SslRule {
  readonly by: "Configuration Rule" | "Page Rule";
  /** Which requests: in Cloudflare's rules language, or the pattern of a Page Rule. */
  readonly expression: string;
  readonly ssl: SslMode;
}

/** An Origin Rule that changes what some pulls ask for, or where. */
export interface OriginRule {
  /** Which requests, in Cloudflare's rules language. */
  readonly expression: string;
  /** The name of the handshake; null: the visitor's. */
  readonly sni: string | null;
  /** The Host header; null: the visitor's. */
  readonly host: string | null;
  /** Where the pull goes instead: `NAME`, `NAME:PORT` or `:PORT`; null: where the record leads. */
  readonly towards: string | null;
}

/** What is set on each level of Authenticated Origin Pulls, as far as it concerns one hostname. */
export interface OriginPulls {
  /** The global toggle. */
  readonly shared: boolean;
  readonly zone: {
    readonly enabled: boolean;
    /** Those that are not deleted. */
    readonly certificates: readonly HeldCertificate[];
  };
  /** The hostname's association; null where it has none. */
  readonly hostname: {
    /** False presents none at all; null falls back to the zone's level. */
    readonly enabled: boolean | null;
    readonly status: AopStatus | null;
    readonly certificate: HeldCertificate | null;
  } | null;
}

/** A certificate of one of the zone's stores. */
export interface HeldCertificate {
  readonly status: AopStatus;
  /** Null where its text cannot be read. */
  readonly fingerprint: Fingerprint | null;
}

/** A Worker that answers for a hostname before its origin is asked. */
export interface WorkerBefore {
  readonly script: string;
  /** The route's pattern; null for a custom domain, of which the Worker itself is the origin. */
  readonly route: string | null;
}

/** A hostname of somebody else's zone that is served here (Cloudflare for SaaS). */
export interface CustomHostname {
  readonly hostname: string;
  /** Cloudflare's own word: `active`, `pending`, `moved`, and more. */
  readonly status: string;
  /** Its own origin; null: the zone's fallback origin. */
  readonly customOrigin: string | null;
  /** The name of the handshake with a custom origin; null: the custom origin's own. */
  readonly sni: string | null;
}

/** The custom hostnames of a zone, and where those without an origin of their own lead. */
export interface CustomHostnames {
  readonly fallbackOrigin: string | null;
  readonly hostnames: readonly CustomHostname[];
}

/** An application of Cloudflare Access that stands before a hostname. */
export interface AccessApplication {
  readonly name: string;
  /** The hostname, and perhaps a path, that it is for. */
  readonly domain: string;
}

/** A load balancer that answers for a hostname. */
export interface LoadBalancer {
  readonly hostname: string;
  readonly proxied: boolean;
  readonly pools: readonly Pool[];
}

/** What a load balancer shares its requests among. */
export interface Pool {
  readonly name: string;
  /** What looks after its health; null: nothing does. */
  readonly monitor: {
    readonly type: string;
    /** "Simulate Zone": the zone whose pull certificate it presents. Null: it presents none. */
    readonly probeZone: string | null;
  } | null;
}

/** What looks at all of this, and changes nothing. Nothing is thrown but mistakes of our own. */
export interface ZoneInspector {
  /** Null: the account has no zone that the hostname lies in. */
  readonly zoneOf: (hostname: HostPattern) => Promise<Inspection<ZoneName | null>>;
  readonly facts: (zone: string) => Promise<Inspection<ZoneFacts>>;
  readonly ssl: (zone: string) => Promise<Inspection<SslMode>>;
  readonly alwaysUseHttps: (zone: string) => Promise<Inspection<boolean>>;
  readonly originPulls: (zone: string, hostname: HostPattern) => Promise<Inspection<OriginPulls>>;
  /** Those that are switched on. */
  readonly sslRules: (zone: string) => Promise<Inspection<readonly SslRule[]>>;
  /** Page Rules that are switched on and set an SSL mode. */
  readonly pageRules: (zone: string) => Promise<Inspection<readonly SslRule[]>>;
  /** Those that are switched on. */
  readonly originRules: (zone: string) => Promise<Inspection<readonly OriginRule[]>>;
  /** Of the name itself, or of the wildcard over it. */
  readonly records: (
    zone: string,
    hostname: HostPattern,
  ) => Promise<Inspection<readonly DnsRecord[]>>;
  readonly loadBalancers: (zone: string) => Promise<Inspection<readonly LoadBalancer[]>>;
  readonly workersBefore: (
    zone: string,
    hostname: HostPattern,
  ) => Promise<Inspection<readonly WorkerBefore[]>>;
  readonly customHostnames: (zone: string) => Promise<Inspection<CustomHostnames>>;
  /** The zone of the account that serves a hostname of somebody else's, and how; null where none does. */
  readonly customHostname: (
    hostname: HostPattern,
  ) => Promise<Inspection<{ readonly zone: ZoneName; readonly served: CustomHostname } | null>>;
  readonly accessApplications: (
    hostname: HostPattern,
  ) => Promise<Inspection<readonly AccessApplication[]>>;
}
