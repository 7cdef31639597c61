import { constants } from "node:crypto";
import type { SecureContextOptions, TlsOptions } from "node:tls";

/**
 * What the listener speaks. `standard`: TLS 1.2 and 1.3. `tls-1.3`: that version alone. `approved`: both, with the
 * algorithms that FIPS publications approve, and no others; it is a choice of algorithms, and no FIPS mode, for which
 * Node's stock binary has no validated provider.
 */
export type TlsProfile = "standard" | "tls-1.3" | "approved";

/** The values of a profile, the default first. */
export const TLS_PROFILES = [
  "standard",
  "tls-1.3",
  "approved",
] as const satisfies readonly TlsProfile[];

const AES = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
];
const CHACHA20 = [
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];

// Forward secrecy and AEAD only. SECLEVEL=2 makes the engine itself refuse RSA below 2048 bits and SHA-1, which Node 22
// would take: the judge refuses them too, but this is the lock before that one.
function ciphers(...suites: readonly string[]): string {
  return [...suites, "@SECLEVEL=2"].join(":");
}

// What a peer may sign its handshake with. The engine's own list has SHA-224 and DSA in TLS 1.2, which no key that the
// judge accepts is in need of. All of these are in FIPS 186-5 or FIPS 204.
const SIGNATURES = [
  "ecdsa_secp256r1_sha256",
  "ecdsa_secp384r1_sha384",
  "ecdsa_secp521r1_sha512",
  "ed25519",
  "ed448",
  "rsa_pss_rsae_sha256",
  "rsa_pss_rsae_sha384",
  "rsa_pss_rsae_sha512",
  "rsa_pss_pss_sha256",
  "rsa_pss_pss_sha384",
  "rsa_pss_pss_sha512",
  "rsa_pkcs1_sha256",
  "rsa_pkcs1_sha384",
  "rsa_pkcs1_sha512",
  ...(hasMlDsa() ? ["mldsa44", "mldsa65", "mldsa87"] : []),
].join(":");

/**
 * FIPS 204: from OpenSSL 3.5 on, an older one takes no list with a name that it does not know; and from Node 24 on, since
 * Node 22 cannot tell what such a key is, and the judge refuses what it cannot tell.
 */
function hasMlDsa(): boolean {
  const [node = 0] = process.versions.node.split(".").map(Number);
  const [major = 0, minor = 0] = process.versions.openssl.split(".").map(Number);
  return node >= 24 && (major > 3 || (major === 3 && minor >= 5));
}

/**
 * The listener's own TLS options. They must stand here, on the server: of a context chosen by SNI only certificate,
 * key, issuers and revocation lists count, and every one of these would be dropped without a word.
 *
 * Resumption is off. A session that was made under one name resumes under another, on every Node version, with the
 * first name's certificate as its peer and `authorized === true` (the class of CVE-2025-23419, CVE-2025-23048 and
 * CVE-2025-68121); session id contexts, ticket keys and options on the SNI contexts do not help. Only SSL_OP_NO_TICKET
 * on the server itself does, with no `newSession` or `resumeSession` listener.
 *
 * There is no certificate here: a peer that names no origin hostname of ours gets a TLS alert from the engine.
 */
export function listenerTlsOptions(profile: TlsProfile) {
  return { ...OPTIONS, ...BY_PROFILE[profile] } satisfies TlsOptions & SecureContextOptions;
}

const OPTIONS = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.3",
  sigalgs: SIGNATURES,
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  requestCert: true,
  // The handshake lets everybody through to our own decision, which alone can tell silence from a status and say why.
  rejectUnauthorized: false,
  ALPNProtocols: ["http/1.1"],
} as const satisfies TlsOptions & SecureContextOptions;

const BY_PROFILE = {
  standard: { ciphers: ciphers(...AES, ...CHACHA20) },
  "tls-1.3": { minVersion: "TLSv1.3", ciphers: ciphers(...AES, ...CHACHA20) },
  // SP 800-52 2, SP 800-56A 3: no ChaCha20-Poly1305, no X25519 or X448.
  approved: { ciphers: ciphers(...AES), ecdhCurve: "P-256:P-384:P-521" },
} as const satisfies Record<TlsProfile, TlsOptions & SecureContextOptions>;
