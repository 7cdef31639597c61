/** What the two halves must agree on, on the wire: the header names of both, and what neither lets through. */

/** Carried by every answer of the verifier's own, with an opaque id; never by an application's answer. */
export const PULL_REFUSAL = "Pull-Refusal";

/** To the application: the hostname whose pull was accepted. */
export const X_PULL_HOSTNAME = "X-Pull-Hostname";

/** To the application: the fingerprint of the pull certificate. */
export const X_PULL_FINGERPRINT = "X-Pull-Fingerprint";

/** To the application: `accepted`. */
export const X_PULL_VERDICT = "X-Pull-Verdict";

/** Headers of one connection (RFC 9110 7.6.1), lower-case: never passed on, whatever `Connection` says. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

// Each claims who the visitor or the peer is, and is believed by some application or server: the pulling half and the
// accepting half remove them all before they set their own. RFC 9440 (client-cert), RFC 7239 (forwarded), Cloudflare,
// nginx (x-ssl-*, ssl-client-*), HAProxy, Traefik and Caddy (x-forwarded-*), Envoy (x-forwarded-client-cert), AWS
// (x-amzn-mtls-*), Azure (x-arr-clientcert).
const IDENTITY = [
  /^x-pull-/,
  /^pull-refusal$/,
  /^client-cert/,
  /^x-client-/,
  /^cf-client-cert/,
  /^cf-connecting-ip/,
  /^cf-pseudo-ipv4$/,
  /^x-forwarded(?:-|$)/,
  /^forwarded$/,
  /^x-real-ip$/,
  /^x-original-(?:host|for|forwarded)/,
  /^x-cluster-client-ip$/,
  /^x-envoy-external-address$/,
  /^true-client-ip$/,
  /^fastly-client-ip$/,
  /^ssl-client-/,
  /^x-ssl-/,
  /^x-tls-/,
  /^x-amzn-mtls-/,
  /^x-arr-clientcert$/,
] as const;

/** A header's name as applications compare it: lower-case, and `_` read as `-`, which CGI and its heirs do not tell apart. */
export function canonicalHeaderName(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

/** Whether a header claims who the visitor or the peer is, in any case and with `_` for `-`. */
export function isIdentityHeader(name: string): boolean {
  const canonical = canonicalHeaderName(name);
  return IDENTITY.some((pattern) => pattern.test(canonical));
}

/** The header names that a `Connection` value nominates (RFC 9110 7.6.1), lower-case. */
export function connectionTokens(value: string): readonly string[] {
  return value
    .split(",")
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== "");
}

const REFUSAL_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** Whether a text has the form of the opaque id in {@link PULL_REFUSAL}: letters, digits, `_` and `-`, 8 to 64 of them. */
export function isRefusalId(raw: string): boolean {
  return REFUSAL_ID.test(raw);
}
