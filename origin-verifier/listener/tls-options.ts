import { constants } from "node:crypto";
import type { SecureContextOptions, TlsOptions } from "node:tls";
import { hasGroup, hasHandshakeSignature } from "../profile/engine.ts";
import { PROFILE_RULES, type Profile } from "../profile/profile.ts";

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
export function listenerTlsOptions(profile: Profile) {
  const { versions, suites, groups, handshakeSignatures } = PROFILE_RULES[profile];
  return {
    ...OPTIONS,
    minVersion: versions[0] ?? "TLSv1.3",
    maxVersion: "TLSv1.3",
    // SECLEVEL=2 makes the engine itself refuse RSA below 2048 bits and SHA-1, which Node 22 would take: the judge refuses
    // them too, but this is the lock before that one.
    ciphers: [...suites, ...(isAll13(suites) ? [PLACEHOLDER] : []), "@SECLEVEL=2"].join(":"),
    // An engine takes no list with a name in it that it does not know. A `/` between tuples is known to those that know
    // a hybrid, and so have two.
    ecdhCurve: groups
      .map((tuple) => tuple.filter(hasGroup).join(":"))
      .filter((tuple) => tuple !== "")
      .join(hasGroup("X25519MLKEM768") ? "/" : ":"),
    sigalgs: handshakeSignatures.filter(hasHandshakeSignature).join(":"),
  } satisfies TlsOptions & SecureContextOptions;
}

// The engine takes a security level beside a suite of TLS 1.2 alone. It is never spoken where the least version is 1.3.
const PLACEHOLDER = "ECDHE-ECDSA-AES256-GCM-SHA384";

function isAll13(suites: readonly string[]): boolean {
  return suites.every((suite) => suite.startsWith("TLS_"));
}

const OPTIONS = {
  honorCipherOrder: true,
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  requestCert: true,
  // The handshake lets everybody through to our own decision, which alone can tell silence from a status and say why.
  rejectUnauthorized: false,
  ALPNProtocols: ["http/1.1"],
} as const satisfies TlsOptions & SecureContextOptions;
