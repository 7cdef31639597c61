import { isReporting } from "../judge/policy.ts";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { Trust } from "../trust/trust.ts";
import { certificateEvidence } from "./certificate-evidence.ts";
import type { Peer } from "./peer.ts";

/**
 * What strangers get. `silence`: an outsider (no certificate, or none of an issuer of the mapping) receives nothing,
 * everybody else a status. `status`: everybody gets a status. `always-silent`: nobody who is refused gets anything.
 */
export type RefusePolicy = "silence" | "status" | "always-silent";

/**
 * The first lock, before a byte of the request is read: null lets the connection through to the second, a refusal
 * means that the socket is destroyed with nothing written.
 */
export function lockOne(
  peer: Peer,
  trust: Trust,
  refuse: RefusePolicy,
  now: number,
): Refusal | null {
  // In every mode: what was resumed has shown no certificate, and with tickets off it should not exist.
  if (peer.resumed) return refusal("session-resumed", "the TLS session was resumed");
  const origin = peer.originHostname === null ? undefined : trust.origins.get(peer.originHostname);
  if (origin === undefined) {
    return refusal("misdirected", "the handshake named no origin hostname of the mapping");
  }
  // In report mode outsiders come as far as the second lock: what enforcing would do to them is to be seen there.
  if (isReporting(origin.policy, now)) return null;
  return refuse === "status" ? null : outsider(peer, trust, now);
}

function outsider(peer: Peer, trust: Trust, now: number): Refusal | null {
  if (peer.presented === null)
    return refusal("no-certificate", "the peer presented no certificate");
  if (peer.engine.authorized) return null;
  // The engine has refused; whether this is a stranger, or somebody of ours with the wrong certificate, is our question.
  const evidence = certificateEvidence(peer, trust, now);
  if (evidence !== null && evidence.signers.size > 0) return null;
  return refusal("unknown-issuer", peer.engine.detail || "signed by no issuer of the mapping");
}
