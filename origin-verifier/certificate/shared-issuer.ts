import type { Fingerprint } from "../../shared/fingerprint.ts";

/**
 * Cloudflare's shared CA for Authenticated Origin Pulls: CN=origin-pull.cloudflare.net, RSA-4096, until 2029-11-01. It is
 * published at https://developers.cloudflare.com/ssl/static/authenticated_origin_pull_ca.pem.
 *
 * A constant of the code, which no option, file, flag or variable changes: who could, would choose the CA that a mapping
 * calls Cloudflare's. When Cloudflare moves to another, a new version of this package says so.
 */
export const SHARED_ISSUER =
  "sha256:9a1ac2b4be15f9f27eee20a734cba4e9898f61001b3bd7c84b69b56a3e25a2b9" as Fingerprint;
