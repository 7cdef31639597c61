import type { TLSSocket } from "node:tls";
import type { X509Certificate } from "node:crypto";
import { readCertificateFacts, type CertificateFacts } from "../certificate/certificate-facts.ts";
import { leafProblem } from "../certificate/certificate-rules.ts";
import { fingerprintOf } from "../certificate/fingerprint-of.ts";
import { refusal, type Refusal } from "../judge/refusal.ts";
import { outsideProfile } from "../profile/outside-profile.ts";
import type { Profile } from "../profile/profile.ts";
import { createTurns } from "../request/turns.ts";
import type { Trust } from "../trust/trust.ts";
import { certificateEvidence } from "./certificate-evidence.ts";
import { engineDetail } from "./engine-detail.ts";
import { knownUnder } from "./known-certificates.ts";
import type { Peer, PresentedCertificate } from "./peer.ts";
import { UNREAD } from "./read-evidence.ts";
import { readServerName } from "./server-name.ts";

/** Where a connection comes from, remembered when it came: after a reset the socket no longer knows. */
export interface RemoteAddress {
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/**
 * Reads what a finished handshake showed. Once a connection: to ask for the certificate alone costs more than ten requests.
 *
 * @param trust under which the certificate may be known from before.
 * @param now milliseconds since 1970.
 */
export function meetPeer(
  socket: TLSSocket,
  remote: RemoteAddress,
  profile: Profile,
  trust: Trust,
  now: number,
): Peer {
  // `servername` is what the peer wrote, in any case and with a trailing dot; false where it wrote nothing.
  const named = (socket as { servername?: unknown }).servername;
  const originHostname = typeof named === "string" ? readServerName(named, trust.origins) : null;
  const x509 = socket.getPeerX509Certificate();
  const peer = {
    originHostname,
    ...remote,
    tlsVersion: socket.getProtocol(),
    resumed: socket.isSessionReused(),
    engine: {
      authorized: socket.authorized,
      detail: engineDetail(socket),
    },
    presented: x509 === undefined ? null : present(x509, profile, trust),
    certificate: UNREAD,
    turns: createTurns(),
  };
  // Whom the engine takes is most likely ours: read now, the next connection finds it known.
  if (peer.engine.authorized) certificateEvidence(peer, trust, now);
  return peer;
}

function present(x509: X509Certificate, profile: Profile, trust: Trust): PresentedCertificate {
  const known = knownUnder(trust).find(x509);
  if (known !== undefined) return known.presented;
  const fingerprint = fingerprintOf(x509.raw);
  const facts = readCertificateFacts(x509);
  if ("unreadable" in facts) {
    return {
      x509,
      fingerprint,
      facts: null,
      defect: refusal("malformed-certificate", facts.unreadable),
    };
  }
  return { x509, fingerprint, facts, defect: leafProblem(facts) ?? outside(facts, profile) };
}

/** The engine is told of the profile, too; what it is told are algorithms of the handshake, and no key and no issuer. */
function outside(facts: CertificateFacts, profile: Profile): Refusal | null {
  const what = outsideProfile(facts, profile);
  return what === null ? null : refusal("outside-profile", what);
}
