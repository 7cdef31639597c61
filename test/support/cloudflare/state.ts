import { randomBytes, randomUUID } from "node:crypto";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Token } from "./token.ts";

/** Everything that the fake remembers. Tests read it, and may change it behind the tool's back to make drift. */
export interface State {
  readonly accountId: string;
  readonly tokens: Map<string, Token>;
  readonly accountCertificates: Map<string, AccountCertificate>;
  readonly zones: Map<string, Zone>;
  readonly workers: Map<string, Worker>;
  readonly policies: Map<string, AlertPolicy>;
  readonly pools: Pool[];
  readonly monitors: Monitor[];
  readonly workerDomains: WorkerDomain[];
  readonly accessApplications: AccessApplication[];
}

/** A Worker's custom domain: it is that hostname's origin. */
export interface WorkerDomain {
  readonly hostname: string;
  readonly service: string;
}

/** An application of Cloudflare Access. */
export interface AccessApplication {
  readonly name: string;
  readonly domain: string;
  readonly self_hosted_domains?: readonly string[];
}

/** What a load balancer shares its requests among. */
export interface Pool {
  readonly id: string;
  readonly name: string;
  /** Id of what looks after its health. */
  readonly monitor?: string;
}

export interface Monitor {
  readonly id: string;
  readonly type: "http" | "https" | "tcp";
  /** "Simulate Zone": the zone whose certificates the monitor presents, too (documented). */
  readonly probe_zone?: string;
}

export interface LoadBalancer {
  readonly id: string;
  /** The hostname that it answers for. */
  readonly name: string;
  readonly proxied: boolean;
  readonly default_pools: readonly string[];
  readonly fallback_pool: string;
}

/** A rule that sets other values than the zone's where its expression holds. */
export interface ConfigurationRule {
  readonly expression: string;
  readonly enabled: boolean;
  readonly ssl?: string;
}

/** A rule of old, by a pattern of URLs (documented: `ssl` is one of its settings). */
export interface PageRule {
  readonly pattern: string;
  readonly status: "active" | "disabled";
  readonly ssl?: string;
}

/** A rule that changes where a pull goes and what it names (documented: `action_parameters` of action `route`). */
export interface OriginRule {
  readonly expression: string;
  readonly enabled: boolean;
  readonly action_parameters: {
    readonly host_header?: string;
    readonly sni?: { readonly value: string };
    readonly origin?: { readonly host?: string; readonly port?: number };
  };
}

/** A hostname of somebody else's that the zone serves: Cloudflare for SaaS. */
export interface CustomHostname {
  readonly id: string;
  readonly hostname: string;
  readonly status: string;
  readonly custom_origin_server?: string;
  readonly custom_origin_sni?: string;
}

/** What is the same of every certificate, wherever it was uploaded. */
export interface StoredCertificate {
  readonly id: string;
  readonly fingerprint: Fingerprint;
  /** PEM as it is answered: Cloudflare writes it anew, and its white space is not what was uploaded (seen). */
  readonly pem: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly signature: string;
  readonly expiresOn: string;
  uploadedOn: string;
}

/** One of the account's mTLS store. */
export interface AccountCertificate extends StoredCertificate {
  readonly name: string | null;
  readonly ca: boolean;
  /** PEM; the empty text for a CA, which needs none. No answer tells it: it is for tests that present the certificate. */
  readonly privateKey: string;
}

/** One of a zone's two stores for Authenticated Origin Pulls. */
export interface AopCertificate extends StoredCertificate {
  lifecycle: Lifecycle;
}

/** What the edge does for a hostname, as the hostname level says it. */
export interface Association {
  readonly certificateId: string;
  /** `null`: this association is being voided. */
  readonly enabled: boolean | null;
  readonly lifecycle: Lifecycle;
  /** What some locations may still do, until this one is active. */
  readonly before: readonly Association[];
  readonly createdAt: string;
}

/** Whether the zone level is on, and since when. */
export interface ZoneToggle {
  readonly enabled: boolean;
  readonly since: number;
}

export interface DnsRecord {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
}

export interface Zone {
  readonly id: string;
  readonly name: string;
  /** `partial`: somebody else's name servers, only some names here. */
  readonly type: "full" | "partial";
  readonly status: "active" | "pending";
  /** Nothing is proxied. */
  readonly paused: boolean;
  readonly hostnameCertificates: Map<string, AopCertificate>;
  readonly associations: Map<string, Association>;
  readonly zoneCertificates: Map<string, AopCertificate>;
  /** Newest last. */
  readonly zoneToggles: ZoneToggle[];
  readonly settings: Map<string, string>;
  complianceModes: readonly string[];
  readonly dnsRecords: DnsRecord[];
  readonly loadBalancers: LoadBalancer[];
  readonly configurationRules: ConfigurationRule[];
  readonly pageRules: PageRule[];
  readonly originRules: OriginRule[];
  readonly customHostnames: CustomHostname[];
  /** Where custom hostnames without an origin of their own are pulled from. */
  fallbackOrigin: string | null;
  readonly routes: Map<string, { readonly pattern: string; readonly script: string }>;
  /** Another change of this zone is in progress. */
  isChanging: boolean;
}

export interface Binding {
  readonly type: string;
  readonly name: string;
  readonly certificate_id?: string;
  readonly [key: string]: unknown;
}

export interface WorkerVersion {
  readonly id: string;
  readonly number: number;
  readonly createdOn: string;
  readonly bindings: readonly Binding[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly mainModule: string;
  /** Every module's text by its name: for tests that run what is deployed. */
  readonly modules: Readonly<Record<string, string>>;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
}

export interface WorkerDeployment {
  readonly id: string;
  readonly createdAt: number;
  readonly versions: readonly { readonly version_id: string; readonly percentage: number }[];
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Worker {
  readonly name: string;
  readonly tag: string;
  readonly createdOn: string;
  /** Newest last. */
  readonly versions: WorkerVersion[];
  /** Newest last. */
  readonly deployments: WorkerDeployment[];
  settings: Readonly<Record<string, unknown>>;
  subdomain: { readonly enabled: boolean; readonly previews_enabled: boolean };
}

export interface AlertPolicy {
  readonly id: string;
  readonly name: string;
  readonly alert_type: string;
  readonly enabled: boolean;
  readonly mechanisms: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly [key: string]: unknown;
}

/** An id of 32 hex digits, as accounts, zones and records have. */
export function hexId(): string {
  return randomBytes(16).toString("hex");
}

/** An id as certificates and versions have: all three kinds of certificate id look alike, which is how people mix them. */
export const uuid = (): string => randomUUID();

export function createState(token: string, accountId: string): State {
  return {
    accountId,
    tokens: new Map([[token, {}]]),
    accountCertificates: new Map(),
    zones: new Map(),
    workers: new Map(),
    policies: new Map(),
    pools: [],
    monitors: [],
    workerDomains: [],
    accessApplications: [],
  };
}

/** What a new zone is like (documented defaults but for `ssl`, which is Full here, as people have it). */
export function createZone(name: string, changes: Partial<Zone> = {}): Zone {
  return {
    id: hexId(),
    name,
    type: "full",
    status: "active",
    paused: false,
    hostnameCertificates: new Map(),
    associations: new Map(),
    zoneCertificates: new Map(),
    zoneToggles: [],
    settings: new Map([
      ["ssl", "full"],
      ["tls_client_auth", "off"],
      ["always_use_https", "off"],
    ]),
    complianceModes: [],
    dnsRecords: [],
    loadBalancers: [],
    configurationRules: [],
    pageRules: [],
    originRules: [],
    customHostnames: [],
    fallbackOrigin: null,
    routes: new Map(),
    isChanging: false,
    ...changes,
  };
}
