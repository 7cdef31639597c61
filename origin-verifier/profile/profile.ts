/** Which algorithms a verifier takes: in the handshake, of certificates, and of the files that it is given. */
export type Profile = "standard" | "modern" | "fips-approved" | "post-quantum";

/** The names of the profiles, the default first. */
export const PROFILES = [
  "standard",
  "modern",
  "fips-approved",
  "post-quantum",
] as const satisfies readonly Profile[];

/** What a key is: RSA of any size, a curve, a parameter set. */
export type KeyKind =
  | "RSA"
  | "P-256"
  | "P-384"
  | "P-521"
  | "Ed25519"
  | "Ed448"
  | "ML-DSA-44"
  | "ML-DSA-65"
  | "ML-DSA-87";

/** How a certificate or a revocation list is signed: the algorithm, whatever its hash of the SHA-2 family. */
export type SignatureKind =
  | "RSASSA-PKCS1-v1_5"
  | "RSASSA-PSS"
  | "ECDSA"
  | "Ed25519"
  | "Ed448"
  | "ML-DSA-44"
  | "ML-DSA-65"
  | "ML-DSA-87";

/** Exactly what a profile allows; what is not listed is refused. Names as OpenSSL has them, where a handshake has them. */
export interface ProfileRules {
  readonly versions: readonly ("TLSv1.2" | "TLSv1.3")[];
  readonly suites: readonly string[];
  /**
   * Groups of the key exchange, in tuples: one of an earlier tuple is asked for even where the peer guessed one of a later
   * (a HelloRetryRequest, one round trip more). Those that the engine does not know are left out.
   */
  readonly groups: readonly (readonly string[])[];
  /** What either side signs its handshake with. Those that the engine does not know are left out. */
  readonly handshakeSignatures: readonly string[];
  /** Keys of pull certificates, issuers and origin certificates. */
  readonly keys: readonly KeyKind[];
  /** The least public exponent of an RSA key. */
  readonly leastRsaExponent: bigint;
  /** What certificates and revocation lists are signed with. */
  readonly signatures: readonly SignatureKind[];
  /** Whether the salt of RSASSA-PSS may be longer than its hash. */
  readonly longPssSalt: boolean;
  /**
   * Whether every certificate of every file is held to this, the origin certificate's chain and what a root signed for itself
   * included; else what vouches for nobody here is not looked at.
   */
  readonly everyCertificate: boolean;
  /** Whether Cloudflare's shared certificate may be accepted, where the mapping says so. */
  readonly sharedIssuer: boolean;
}

const AES_1_3 = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"] as const;
const AES_1_2 = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
] as const;
const CHACHA20_1_3 = ["TLS_CHACHA20_POLY1305_SHA256"] as const;
const CHACHA20_1_2 = ["ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"] as const;

const ECDSA = [
  "ecdsa_secp256r1_sha256",
  "ecdsa_secp384r1_sha384",
  "ecdsa_secp521r1_sha512",
] as const;
const EDDSA = ["ed25519", "ed448"] as const;
const RSA_PSS = [
  "rsa_pss_rsae_sha256",
  "rsa_pss_rsae_sha384",
  "rsa_pss_rsae_sha512",
  "rsa_pss_pss_sha256",
  "rsa_pss_pss_sha384",
  "rsa_pss_pss_sha512",
] as const;
// In a handshake of TLS 1.2 alone. In TLS 1.3 the list says what certificates may be signed with, too (RFC 8446 4.2.3), and
// there are clients that go by it.
const RSA_PKCS1 = ["rsa_pkcs1_sha256", "rsa_pkcs1_sha384", "rsa_pkcs1_sha512"] as const;
const ML_DSA = ["mldsa44", "mldsa65", "mldsa87"] as const;

const NIST_CURVES = ["P-256", "P-384", "P-521"] as const;
const ML_DSA_SETS = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] as const;
const RSA_SIGNATURES = ["RSASSA-PKCS1-v1_5", "RSASSA-PSS"] as const;

const STANDARD: ProfileRules = {
  versions: ["TLSv1.2", "TLSv1.3"],
  // Forward secrecy and AEAD only.
  suites: [...AES_1_3, ...CHACHA20_1_3, ...AES_1_2, ...CHACHA20_1_2],
  groups: [["X25519MLKEM768"], ["X25519", "P-256"], ["P-384", "P-521"]],
  // The engine's own list has SHA-224 and DSA in TLS 1.2, which no key that the judge accepts is in need of.
  handshakeSignatures: [...ECDSA, ...EDDSA, ...RSA_PSS, ...RSA_PKCS1, ...ML_DSA],
  keys: ["RSA", ...NIST_CURVES, "Ed25519", "Ed448", ...ML_DSA_SETS],
  leastRsaExponent: 3n,
  signatures: [...RSA_SIGNATURES, "ECDSA", "Ed25519", "Ed448", ...ML_DSA_SETS],
  longPssSalt: true,
  everyCertificate: false,
  sharedIssuer: true,
};

/** The rules of each profile. docs/concepts/profiles.md says the same, and a test holds the two together. */
export const PROFILE_RULES: Readonly<Record<Profile, ProfileRules>> = {
  standard: STANDARD,
  modern: {
    ...STANDARD,
    versions: ["TLSv1.3"],
    suites: [...AES_1_3, ...CHACHA20_1_3],
  },
  "fips-approved": {
    versions: ["TLSv1.2", "TLSv1.3"],
    // SP 800-52 revision 2: AES-GCM of what is both AEAD and forward secret; ChaCha20-Poly1305 is in no publication of NIST's.
    suites: [...AES_1_3, ...AES_1_2],
    // SP 800-56A revision 3 has the curves and no X25519; FIPS 203 has ML-KEM. SP 800-56C revision 2 lets another secret stand
    // beside one that is approved, which is what X25519 is in X25519MLKEM768: the one hybrid that Cloudflare speaks towards origins.
    groups: [["X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"], [...NIST_CURVES]],
    // FIPS 186-5 approves EdDSA and FIPS 204 ML-DSA; SP 800-52 revision 2, which is about TLS, has RSA and ECDSA alone.
    handshakeSignatures: [...ECDSA, ...RSA_PSS, ...RSA_PKCS1],
    keys: ["RSA", ...NIST_CURVES],
    // FIPS 186-5: above 2^16.
    leastRsaExponent: 65_537n,
    signatures: [...RSA_SIGNATURES, "ECDSA"],
    // FIPS 186-5 5.4 (g).
    longPssSalt: false,
    everyCertificate: true,
    sharedIssuer: false,
  },
  "post-quantum": {
    versions: ["TLSv1.3"],
    suites: [...AES_1_3, ...CHACHA20_1_3],
    groups: [["X25519MLKEM768"]],
    // Whoever still takes another signature can be met with a forged one: ML-DSA beside ECDSA would be ECDSA.
    handshakeSignatures: [...ML_DSA],
    keys: [...ML_DSA_SETS],
    leastRsaExponent: 65_537n,
    signatures: [...ML_DSA_SETS],
    longPssSalt: false,
    everyCertificate: true,
    sharedIssuer: false,
  },
};
