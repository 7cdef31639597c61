/** Where Cloudflare publishes its shared CA, by its page on Authenticated Origin Pulls at the global level. */
export const SHARED_ISSUER_URL =
  "https://developers.cloudflare.com/ssl/static/authenticated_origin_pull_ca.pem";

/** Cloudflare's published address ranges, by https://developers.cloudflare.com/api/resources/ips/; for everybody. */
export const ADDRESSES_URL = "https://api.cloudflare.com/client/v4/ips";

/**
 * Where a team of Cloudflare Access publishes its keys, by
 * https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/.
 */
export function accessKeysUrl(team: string): string {
  return `https://${team}.cloudflareaccess.com/cdn-cgi/access/certs`;
}
