/** What the two halves must agree on, on the wire: the header names of both, and what neither lets through. */

/** Carried by every answer of the verifier's own, with an opaque id; never by an application's answer. */
export const PULL_REFUSAL = "Pull-Refusal";

/** To a visitor, by the Worker: the opaque id under which its log has why a pull came to nothing. The body has it too. */
export const PULL_FAILED = "Pull-Failed";

/** To the application: the hostname that was asked for. */
export const X_PULL_HOSTNAME = "X-Pull-Hostname";

/** From the edge or the Worker, where the mapping asks for it: a secret beside the certificate. Never passed on, as all of `X-Pull-*`. */
export const X_PULL_SECRET = "X-Pull-Secret";

/** From Cloudflare Access: a token that says who has logged in. Passed on where the mapping asks for it, and nowhere else. */
export const CF_ACCESS_TOKEN = "Cf-Access-Jwt-Assertion";

/** To the application: the fingerprint of the pull certificate; of an accepted pull alone. */
export const X_PULL_FINGERPRINT = "X-Pull-Fingerprint";

/** To the application: `accepted`; in report mode also `refused; reason=...`, an item of RFC 9651. */
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
// accepting half remove them all before they set their own. What merely sounds alike is the application's (X-Client-Info
// and X-Client-Version are what SDKs send; Cf-Access-Jwt-Assertion carries its own signature, which the verifier checks where the mapping asks for it).
/** What {@link isIdentityHeader} looks for, in canonical names: for servers that are told it as regular expressions. */
export const IDENTITY_HEADERS = [
  // Ours.
  /^x-pull-/,
  /^pull-refusal$/,
  // The peer's certificate: RFC 9440, Cloudflare (cf-client-cert-*, cf-cert-*), nginx and Apache (ssl-client-*,
  // x-ssl-*, x-client-*), Traefik (x-forwarded-tls-*, below), Envoy (x-forwarded-client-cert, below), AWS, Azure, WebLogic, Linkerd.
  /^client-cert/,
  /^x-client-?cert/,
  /^x-client-(?:[si]-dn|dn|cn|subject|issuer|serial|fingerprint|sha[0-9]+|san|verify|verified)(?:-|$)/,
  /^x-client-(?:m?tls|ssl|x509)(?:-|$)/,
  /^cf-client-cert/,
  /^cf-cert-/,
  /^(?:x-)?ssl-/,
  /^(?:x-)?m?tls-client-/,
  /^x-m?tls-/,
  /^x-(?:peer-)?cert(?:ificate)?$/,
  /^(?:x-subject|client)-dn$/,
  /^x-spiffe-id$/,
  /^x-amzn-mtls-/,
  /^x-arr-clientcert/,
  /^wl-proxy-/,
  /^l5d-client-id$/,
  // The visitor's address and what was asked for: RFC 7239, and what applications read in its place.
  /^x-forwarded(?:-|$|for)/,
  /^x-forward-(?:for|host)$/,
  /^forwarded(?:-|$)/,
  /^x-original-(?:host|for|proto|ur[il])/,
  /^x-rewrite-ur[il]$/,
  /^x-(?:http-)?host(?:-override)?$/,
  /^x-(?:url-)?scheme$/,
  /^front-end-https$/,
  /^x-ssl$/,
  /^x-real-ip$/,
  /^x-client-(?:ip|addr|address|host)(?:-|$)/,
  /^(?:proxy-|incap-)?client-ip$/,
  /^(?:cf|fastly|true)-c(?:lient|onnecting)-ip/,
  /^cf-pseudo-ipv4$/,
  /^x-cluster-client-ip$/,
  /^x-proxyuser-ip$/,
  /^(?:x-)?remote-host$/,
  /^x-azure-(?:client|socket)ip$/,
  /^x-(?:true|originating)-(?:client-)?ip$/,
  /^(?:fly|do)-c(?:lient|onnecting)-ip$/,
  /^x-nf-client-connection-ip$/,
  /^x-sucuri-clientip$/,
  /^cloudfront-viewer-address$/,
  /^x-vercel-(?:forwarded-for|ip-|proxied-for)/,
  /^x-appengine-user-ip$/,
  /^x-envoy-external-address$/,
  // Who logged in, as CGI's REMOTE_USER and its like are read from a header.
  /^(?:x-)?remote-(?:user|addr|ip|name|groups?|email|extra)/,
  /^(?:auth|logon|x)-user$/,
  /^x-auth-username$/,
  /^x-userinfo$/,
  /^x-auth-request-/,
  /^x-authenticated-/,
  /^x-authentik-/,
  /^x-webauth-/,
  /^x-goog-authenticated-/,
  /^x-ms-client-principal/,
  /^x-amzn-oidc-(?:identity|data)/,
  /^x-consumer-/,
  /^cf-access-authenticated-/,
  /^tailscale-user-/,
  /^x-pomerium-/,
  /^x-vouch-/,
  // The same of single sign-on: SiteMinder, IBM's WebSEAL, Oracle Access Manager, mod_auth_openidc, Shibboleth.
  /^sm-/,
  /^iv-(?:user|groups|creds|remote-address|server-name)(?:-|$)/,
  /^oam-/,
  /^oidc-(?:claim|access-token|id-token|userinfo)(?:-|$)/,
  /^shib-/,
] as const;

const NOT_ALPHANUMERIC = /[^a-z0-9]/g;

/**
 * A header's name as applications compare it: lower-case, and whatever is neither letter nor digit read as `-`. CGI and
 * its heirs do not tell `_` from `-`, and some servers fold `.` and the rest of RFC 9110's token characters too.
 */
export function canonicalHeaderName(name: string): string {
  return name.toLowerCase().replace(NOT_ALPHANUMERIC, "-");
}

/** Whether a header claims who the visitor or the peer is, in any case and with `_` for `-`. */
export function isIdentityHeader(name: string): boolean {
  const canonical = canonicalHeaderName(name);
  return IDENTITY_HEADERS.some((pattern) => pattern.test(canonical));
}

/** Methods of which a request without a body may be made twice, where nobody knows what became of the first (RFC 9110 9.2.2). */
export const REPEATABLE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Headers of which some applications take the value for the method (Rails, Django, .NET and their like): a GET with one of them may be a
 * DELETE. In canonical names.
 */
export const METHOD_OVERRIDES: ReadonlySet<string> = new Set([
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
]);

/**
 * Headers of an answer that its `Connection` may never take away, lower-case. Without its length the answer's end would be lost;
 * without the others a cache would take it for everybody's, for something else than it is, or for longer than it says.
 */
export const KEPT_IN_ANSWERS: ReadonlySet<string> = new Set([
  "content-length",
  "content-encoding",
  "content-range",
  "cache-control",
  "cdn-cache-control",
  "cloudflare-cdn-cache-control",
  "expires",
  "age",
  "date",
  "set-cookie",
  "vary",
]);

/** The header names that a `Connection` value nominates (RFC 9110 7.6.1), lower-case. */
export function connectionTokens(value: string): readonly string[] {
  return value
    .split(",")
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== "");
}

// RFC 9110 5.5: what a header carries as it stands, whoever writes it. Fewer characters could be guessed over a network.
const SECRET = /^[\x21-\x7e]{20,512}$/;

/** Whether a text may be the secret in {@link X_PULL_SECRET}: 20 to 512 printable ASCII characters, none of them a space. */
export function isPullSecret(text: string): boolean {
  return SECRET.test(text);
}

const REFUSAL_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** Whether a text has the form of the opaque id in {@link PULL_REFUSAL}: letters, digits, `_` and `-`, 8 to 64 of them. */
export function isRefusalId(raw: string): boolean {
  return REFUSAL_ID.test(raw);
}
