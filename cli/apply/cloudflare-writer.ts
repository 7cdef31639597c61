import type {
  HostnameAopCertificateId,
  MtlsCertificateId,
  ZoneAopCertificateId,
} from "../../shared/certificate-id.ts";

/** A certificate and its private key on their way to Cloudflare. Never logged, never in a message. */
export interface UploadText {
  /** PEM, the leaf first. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/**
 * What changes something at Cloudflare: each method is one call, repeated by itself on 409, 429 and 5xx alone, and safe to
 * call again after an interruption.
 *
 * All throw `Failure` with the next command in words of our own for the errors that a person can do something about, and
 * give back quietly where what was asked for is already so: 1406 and 1471 (the same certificate is there: its id), 1551
 * and 1553 (already gone).
 */
export interface CloudflareWriter {
  readonly uploadAccountCertificate: (name: string, text: UploadText) => Promise<MtlsCertificateId>;
  readonly deleteAccountCertificate: (id: MtlsCertificateId) => Promise<Deletion>;
  readonly uploadHostnameCertificate: (
    zone: string,
    text: UploadText,
  ) => Promise<HostnameAopCertificateId>;
  readonly deleteHostnameCertificate: (
    zone: string,
    id: HostnameAopCertificateId,
  ) => Promise<Deletion>;
  /** `enabled: null` removes the association; `false` cannot be said. */
  readonly associate: (
    zone: string,
    hostname: string,
    id: HostnameAopCertificateId,
    enabled: true | null,
  ) => Promise<void>;
  readonly uploadZoneCertificate: (zone: string, text: UploadText) => Promise<ZoneAopCertificateId>;
  readonly deleteZoneCertificate: (zone: string, id: ZoneAopCertificateId) => Promise<Deletion>;
  readonly setZoneEnabled: (zone: string, enabled: boolean) => Promise<void>;
  readonly setTlsClientAuth: (zone: string, on: boolean) => Promise<void>;
}

/** How a deletion went: `in use` (1433, or the account store's refusal) is an answer, and no failure. */
export type Deletion = "deleted" | { readonly inUse: string };
