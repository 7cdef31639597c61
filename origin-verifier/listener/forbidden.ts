import type { ConnectionOptions, SecureVersion } from "node:tls";
import { hasHandshakeSignature } from "../profile/engine.ts";
import { PROFILE_RULES, type Profile } from "../profile/profile.ts";

/** A handshake that must come to nothing, and what is wrong where it does not. */
export type Forbidden = readonly [finding: string, options: ConnectionOptions];

/** Every suite: SECLEVEL=0 makes our own side offer those that nobody should take. */
export const ANY_SUITE = "DEFAULT:@SECLEVEL=0";
const WEAK = "AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0";
const CHACHA20 = {
  "TLSv1.2": "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305",
  "TLSv1.3": "TLS_CHACHA20_POLY1305_SHA256",
} as const;

/** What a listener of a profile never takes: the neighbours of what it does. */
export function forbiddenTo(profile: Profile): readonly Forbidden[] {
  const { versions, suites, groups } = PROFILE_RULES[profile];
  const forbidden: Forbidden[] = [
    ["it speaks TLS before version 1.2", { minVersion: "TLSv1", maxVersion: "TLSv1.1" }],
    [
      "it takes cipher suites without forward secrecy or without AEAD",
      { ...only("TLSv1.2"), ciphers: WEAK },
    ],
  ];
  if (!versions.includes("TLSv1.2"))
    forbidden.push(["it speaks TLS before version 1.3", only("TLSv1.2")]);
  if (!suites.includes(CHACHA20["TLSv1.3"]))
    for (const version of versions)
      forbidden.push([
        "it takes ChaCha20-Poly1305",
        { ...only(version), ciphers: CHACHA20[version] },
      ]);
  for (const group of ["X25519", "P-256"])
    if (!groups.flat().includes(group))
      forbidden.push([`it takes ${group}`, { ...only("TLSv1.3"), ecdhCurve: group }]);
  return forbidden;
}

/** One version alone. */
export function only(version: SecureVersion, session?: Buffer): ConnectionOptions {
  const versions = { minVersion: version, maxVersion: version };
  return session === undefined ? versions : { ...versions, session };
}

/** How the engine names a signature that both sides know, of those that some profile takes. */
const NAMES: Readonly<Record<string, string>> = {
  ecdsa_secp256r1_sha256: "ECDSA+SHA256",
  ecdsa_secp384r1_sha384: "ECDSA+SHA384",
  ecdsa_secp521r1_sha512: "ECDSA+SHA512",
  ed25519: "Ed25519+UNDEF",
  ed448: "Ed448+UNDEF",
  rsa_pss_rsae_sha256: "RSA-PSS+SHA256",
  rsa_pss_rsae_sha384: "RSA-PSS+SHA384",
  rsa_pss_rsae_sha512: "RSA-PSS+SHA512",
  rsa_pss_pss_sha256: "RSA-PSS+SHA256",
  rsa_pss_pss_sha384: "RSA-PSS+SHA384",
  rsa_pss_pss_sha512: "RSA-PSS+SHA512",
  rsa_pkcs1_sha256: "RSA+SHA256",
  rsa_pkcs1_sha384: "RSA+SHA384",
  rsa_pkcs1_sha512: "RSA+SHA512",
  mldsa44: "id-ml-dsa-44+UNDEF",
  mldsa65: "id-ml-dsa-65+UNDEF",
  mldsa87: "id-ml-dsa-87+UNDEF",
};
const BAD = ["ECDSA+SHA1", "RSA+SHA1", "ECDSA+SHA224", "RSA+SHA224", "DSA+SHA256"];

/** Everything that our own side can sign with, for it to be seen what of it the listener takes. */
export function everySignature(): string {
  return [...Object.keys(NAMES), ...BAD].filter(hasHandshakeSignature).join(":");
}

/** Those of the shared ones that a profile does not take. A name that nobody knows is one of them. */
export function signaturesBeyond(profile: Profile, shared: readonly string[]): readonly string[] {
  const taken = new Set(PROFILE_RULES[profile].handshakeSignatures.map((name) => NAMES[name]));
  return [...new Set(shared)].filter((name) => !taken.has(name));
}
