declare const mtlsBrand: unique symbol;
declare const hostnameAopBrand: unique symbol;
declare const zoneAopBrand: unique symbol;

/** Id in the account's mTLS certificate store: what `certificate_id` in wrangler's configuration names. A UUID. */
export type MtlsCertificateId = string & { readonly [mtlsBrand]: true };

/** Id of a hostname-level certificate of Authenticated Origin Pulls: what a hostname's association names. */
export type HostnameAopCertificateId = string & { readonly [hostnameAopBrand]: true };

/** Id of a zone-level certificate of Authenticated Origin Pulls. Using it for a hostname is Cloudflare's error 1415. */
export type ZoneAopCertificateId = string & { readonly [zoneAopBrand]: true };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
// Cloudflare's zone resources carry UUIDs or 32 hex digits, at most 36 characters.
const ZONE_RESOURCE =
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const PLACEHOLDER = /^0{8}-0{4}-0{4}-0{4}-/;

/** Reads an id of the account's store; null for whatever is not a lower-case UUID. */
export function parseMtlsCertificateId(raw: string): MtlsCertificateId | null {
  return UUID.test(raw) ? (raw as MtlsCertificateId) : null;
}

/** Reads an id of a hostname-level certificate; null for whatever has not the form of one. */
export function parseHostnameAopCertificateId(raw: string): HostnameAopCertificateId | null {
  return ZONE_RESOURCE.test(raw) ? (raw as HostnameAopCertificateId) : null;
}

/** Reads an id of a zone-level certificate; null for whatever has not the form of one. */
export function parseZoneAopCertificateId(raw: string): ZoneAopCertificateId | null {
  return ZONE_RESOURCE.test(raw) ? (raw as ZoneAopCertificateId) : null;
}

/** Whether an id only holds the place of a real one (`00000000-0000-0000-0000-...`): fine for a dry run, never to deploy. */
export function isPlaceholderCertificateId(id: MtlsCertificateId): boolean {
  return PLACEHOLDER.test(id);
}
