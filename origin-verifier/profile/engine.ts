import { createSecureContext } from "node:tls";
import { PROFILE_RULES, type Profile } from "./profile.ts";

/** Whether the TLS engine below this Node knows a group, by trying it: a Node may be built upon any OpenSSL. */
export function hasGroup(name: string): boolean {
  return takes({ ecdhCurve: name });
}

/**
 * Whether it knows a signature of the handshake. ML-DSA only where Node itself can tell what such a key is, which it can from
 * Node 24 on: the judge refuses what it cannot tell, whatever the engine below would do with it.
 */
export function hasHandshakeSignature(name: string): boolean {
  return (!name.startsWith("mldsa") || nodeKnowsMlDsa()) && takes({ sigalgs: name });
}

/**
 * What keeps a profile from being spoken in this process, each with the next step; empty where nothing does. What a profile
 * allows *beside* others may be missing; of post-quantum nothing may, since the rest of it would be no post-quantum.
 */
export function profileProblems(profile: Profile): readonly string[] {
  if (profile !== "post-quantum") return [];
  const { groups, handshakeSignatures } = PROFILE_RULES[profile];
  const missing = [
    ...groups.flat().filter((name) => !hasGroup(name)),
    ...handshakeSignatures.filter((name) => !hasHandshakeSignature(name)),
  ];
  if (missing.length === 0) return [];
  const { node, openssl } = process.versions;
  return [
    `the profile post-quantum needs ${missing.join(", ")}, which Node ${node} with OpenSSL ${openssl} has not: start the verifier with Node 24.21 or later of its line, or 26.10 or later, with OpenSSL 3.5; or choose the profile modern`,
  ];
}

function nodeKnowsMlDsa(): boolean {
  const [major = 0] = process.versions.node.split(".").map(Number);
  return major >= 24;
}

function takes(options: Parameters<typeof createSecureContext>[0]): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}
