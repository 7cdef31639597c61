import type { HostPattern } from "../../shared/hostname.ts";
import type { ZoneName } from "./cloudflare-reader.ts";
import type { SslMode } from "./observed.ts";

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

/** A Configuration Rule that sets the SSL mode of some requests. */
export interface SslRule {
  /** Which requests, in Cloudflare's rules language. */
  readonly expression: string;
  readonly ssl: SslMode;
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
  /** Those that are switched on. */
  readonly sslRules: (zone: string) => Promise<Inspection<readonly SslRule[]>>;
  /** Of the name itself, or of the wildcard over it. */
  readonly records: (
    zone: string,
    hostname: HostPattern,
  ) => Promise<Inspection<readonly DnsRecord[]>>;
  readonly loadBalancers: (zone: string) => Promise<Inspection<readonly LoadBalancer[]>>;
}
