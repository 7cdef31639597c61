import { describe, expect, test } from "vitest";
import {
  canonicalHeaderName,
  connectionTokens,
  HOP_BY_HOP,
  isIdentityHeader,
  isRefusalId,
  PULL_REFUSAL,
  X_PULL_FINGERPRINT,
  X_PULL_HOSTNAME,
  X_PULL_VERDICT,
} from "../../shared/wire.ts";

const claims = [
  PULL_REFUSAL,
  X_PULL_HOSTNAME,
  X_PULL_FINGERPRINT,
  X_PULL_VERDICT,
  "X-Pull-Anything",
  "Client-Cert",
  "Client-Cert-Chain",
  "X-Client-Cert",
  "X-Client-Certificate",
  "X-ClientCert",
  "X-Client-DN",
  "X-Client-S-DN",
  "X-Client-I-DN",
  "X-Client-CN",
  "X-Client-Subject-DN",
  "X-Client-Issuer",
  "X-Client-Serial",
  "X-Client-Fingerprint",
  "X-Client-SHA1",
  "X-Client-SAN",
  "X-Client-Verify",
  "X-Client-Verified",
  "X-Client-SSL",
  "X-Client-TLS-Verify",
  "X-Client-mTLS",
  "X-Client-X509",
  "Cf-Client-Cert-Der-Base64",
  "Cf-Cert-Verified",
  "Cf-Cert-Subject-DN",
  "SSL-Client-Verify",
  "SSL-Client-Cert",
  "X-SSL-Client-CN",
  "X-TLS-Client-Cert",
  "X-MTLS-Subject",
  "X-Amzn-Mtls-Clientcert-Leaf",
  "X-ARR-ClientCert",
  "WL-Proxy-Client-Cert",
  "WL-Proxy-Client-IP",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  "X-Forwarded-User",
  "X-Forwarded-Client-Cert",
  "X-Forwarded-Tls-Client-Cert",
  "X-Forwarded",
  "X-ForwardedFor",
  "Forwarded",
  "Forwarded-For",
  "X-Original-Host",
  "X-Original-For",
  "X-Original-Proto",
  "X-Original-Forwarded-For",
  "X-Real-IP",
  "X-Client-IP",
  "X-Client-Address",
  "X-Client-Addr",
  "X-Client-Host",
  "Client-IP",
  "Proxy-Client-IP",
  "True-Client-IP",
  "Fastly-Client-IP",
  "CF-Connecting-IP",
  "CF-Connecting-IPv6",
  "Cf-Pseudo-IPv4",
  "X-Cluster-Client-IP",
  "X-Azure-ClientIP",
  "X-Azure-SocketIP",
  "X-Appengine-User-IP",
  "X-Envoy-External-Address",
  "Remote-User",
  "Remote-Addr",
  "X-Remote-User",
  "X-Remote-IP",
];

describe.each(claims)("%s claims who the visitor or the peer is", (name) => {
  test.each([
    ["as it is written", name],
    ["in lower case", name.toLowerCase()],
    ["in upper case", name.toUpperCase()],
    ["with underscores", name.replaceAll("-", "_")],
    ["with one underscore", name.replace("-", "_")],
    ["with dots, which some servers fold too", name.replaceAll("-", ".")],
  ])("%s", (_, written) => {
    expect(isIdentityHeader(written)).toBe(true);
  });

  test("but with a word before it the name is another", () => {
    expect(isIdentityHeader(`App-${name}`)).toBe(false);
  });
});

test.each([
  "Host",
  "Accept",
  "Authorization",
  "Cookie",
  "Content-Length",
  "User-Agent",
  "Referer",
  "Origin",
  "Via",
  "Range",
  "If-None-Match",
  "Upgrade",
  "Sec-WebSocket-Key",
  "Sec-Fetch-Site",
  "Sec-CH-UA",
  "X-Requested-With",
  "X-CSRF-Token",
  "X-Request-Id",
  // What merely begins like a claim.
  "X-Clientele",
  "X-Client-Info",
  "X-Client-Version",
  "X-Client-Data",
  "X-Client-Id",
  "X-Client-Iphone",
  "X-Client-Sandbox",
  "X-Client-Serialization",
  "X-Client-Shard",
  "X-Client-Hostess",
  "X-Client-SSLabs",
  "X-Client-TLSA",
  "Client-IPs",
  "Proxy-Client-IPs",
  "Cf-Pseudo-IPv4s",
  "X-Cluster-Client-IPs",
  "X-Azure-ClientIPs",
  "X-Appengine-User-IPs",
  "X-Envoy-External-Addresses",
  "Client-Id",
  "Client-Version",
  "X-Pull",
  "X-Pulley",
  "X-Pullproof",
  "Pull-Request",
  "Pull-Refusals",
  "X-Forwardable",
  "Forwardedness",
  "X-Real-IPod",
  "X-Original-URL",
  "X-Remote-Control",
  "Remote-Control",
  "True-Story",
  "X-TLSA",
  "X-SSLR",
  "SSLR",
  // Cloudflare's own that claim nothing, or carry their own signature.
  "CF-Ray",
  "CF-Visitor",
  "CF-IPCountry",
  "CF-Worker",
  "CDN-Loop",
  "Cf-Access-Jwt-Assertion",
  "Cf-Certainly",
  "Cf-Client-Bot",
  "",
])("%s is the application's own", (name) => {
  expect(isIdentityHeader(name)).toBe(false);
  expect(isIdentityHeader(name.replaceAll("-", "_"))).toBe(false);
});

test("a header's name is compared in one writing", () => {
  expect(canonicalHeaderName("X_Pull-HOSTNAME")).toBe("x-pull-hostname");
  expect(canonicalHeaderName("x.pull~hostname")).toBe("x-pull-hostname");
});

test("the headers of one connection are RFC 9110's and its forebears', in lower case", () => {
  expect([...HOP_BY_HOP].toSorted()).toEqual([
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
});

test.each([
  ["", []],
  [" , ,", []],
  ["close", ["close"]],
  ["Keep-Alive, X-Secret", ["keep-alive", "x-secret"]],
  ["upgrade,\tHTTP2-Settings ,", ["upgrade", "http2-settings"]],
])("Connection: %j nominates %j", (value, tokens) => {
  expect(connectionTokens(value)).toEqual(tokens);
});

test.each([
  ["A1b2C3d4", true],
  ["a_b-c_d-", true],
  ["a".repeat(64), true],
  ["a".repeat(65), false],
  ["A1b2C3d", false],
  ["", false],
  ["A1b2C3d4\n", false],
  ["A1b2C3d4, x", false],
  ["A1b2 C3d4", false],
  ["\u212a1b2c3d4", false],
])("%j as an id of a refusal: %s", (raw, holds) => {
  expect(isRefusalId(raw)).toBe(holds);
});
