/** Cloudflare's notifications about certificates that end, 30 and 14 days before: one for each store. */
export const EXPIRY_ALERTS = [
  {
    type: "mtls_certificate_store_certificate_expiration_type",
    name: "pullproof: a Worker's pull certificate ends",
    watches: "the account's store: what Workers present",
  },
  {
    type: "hostname_aop_custom_certificate_expiration_type",
    name: "pullproof: a hostname's pull certificate ends",
    watches: "Authenticated Origin Pulls, hostname level",
  },
  {
    type: "zone_aop_custom_certificate_expiration_type",
    name: "pullproof: a zone's pull certificate ends",
    watches: "Authenticated Origin Pulls, zone level",
  },
] as const;

/** One of {@link EXPIRY_ALERTS}. */
export type ExpiryAlert = (typeof EXPIRY_ALERTS)[number];
