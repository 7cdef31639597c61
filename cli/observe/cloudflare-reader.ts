import type {
  HostnameAopCertificateId,
  MtlsCertificateId,
  ZoneAopCertificateId,
} from "../../shared/certificate-id.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import type {
  AopCertificate,
  Association,
  Observation,
  ObservedDeployment,
  ObservedRoute,
  SslMode,
} from "./observed.ts";

/** A certificate as a store holds it: its text is read by `observe`, so that every store is read alike. */
export interface StoredText<Id> extends Omit<AopCertificate<Id>, "certificate"> {
  /** PEM, perhaps a chain with the leaf first; line breaks may have been changed by Cloudflare. */
  readonly text: string;
}

/** A certificate of the account's store, as it is held. */
export interface AccountText {
  readonly id: MtlsCertificateId;
  readonly name: string;
  readonly uploadedAt: number | null;
  /** PEM, the leaf first. */
  readonly text: string;
}

/** A zone of the account. */
export interface ZoneName {
  readonly id: string;
  readonly name: string;
}

/**
 * What observes Cloudflare and changes nothing. An answer that cannot be had (no permission, a 5xx that stays) comes back
 * as `known: false` with its reason; nothing is thrown but mistakes of our own.
 */
export interface CloudflareReader {
  /** Without CA certificates. */
  readonly accountCertificates: () => Promise<Observation<readonly AccountText[]>>;
  /** Null: no such Worker, or never deployed. */
  readonly deployment: (script: string) => Promise<Observation<ObservedDeployment | null>>;
  /** The zone that a hostname lies in: the longest name that fits; null where the account has none. */
  readonly zoneOf: (hostname: HostPattern) => Promise<Observation<ZoneName | null>>;
  /** The routes of a zone. */
  readonly routes: (zone: string) => Promise<Observation<readonly ObservedRoute[]>>;
  /** The Worker whose custom domain a hostname is; null for none. */
  readonly customDomain: (hostname: string) => Promise<Observation<string | null>>;
  readonly ssl: (zone: string) => Promise<Observation<SslMode>>;
  readonly tlsClientAuth: (zone: string) => Promise<Observation<boolean>>;
  readonly zoneLevel: (zone: string) => Promise<
    Observation<{
      readonly enabled: boolean;
      readonly certificates: readonly StoredText<ZoneAopCertificateId>[];
    }>
  >;
  readonly hostnameCertificates: (
    zone: string,
  ) => Promise<Observation<readonly StoredText<HostnameAopCertificateId>[]>>;
  /** The associations of these hostnames; of others too where a list is to be had. None for a hostname is no entry. */
  readonly associations: (
    zone: string,
    hostnames: readonly HostPattern[],
  ) => Promise<Observation<readonly Association[]>>;
}
