/** Where Cloudflare publishes its shared CA, by its page on Authenticated Origin Pulls at the global level. */
export const SHARED_ISSUER_URL =
  "https://developers.cloudflare.com/ssl/static/authenticated_origin_pull_ca.pem";
