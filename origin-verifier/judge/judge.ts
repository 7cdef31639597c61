import type { Fingerprint } from "../../shared/fingerprint.ts";
import { isWildcard, patternMatches, type Hostname } from "../../shared/hostname.ts";
import type { CertificateEvidence, EngineVerdict, Evidence } from "./evidence.ts";
import type { Policy } from "./policy.ts";
import { refusal, type Refusal } from "./refusal.ts";

/** The proof that a pull was judged and found to be one: only {@link judge} makes it. */
export interface AcceptedPull {
  readonly verdict: "accepted";
  /** The hostname that the visitor asked for. */
  readonly hostname: Hostname;
  readonly originHostname: Hostname;
  /** The fingerprint of the pull certificate. */
  readonly fingerprint: Fingerprint;
}

/** A refused pull. */
export interface RefusedPull extends Refusal {
  readonly verdict: "refused";
}

/** The decision. */
export type Verdict = AcceptedPull | RefusedPull;

/**
 * Judges one request of one connection. Pure: no socket, no clock, no file, so that every case is a table row.
 *
 * Lock two believes nothing that the handshake said: a resumed session shows no certificate (CVE-2025-23419 and its
 * kin), and `socket.authorized` has been true for peers without one. What the engine says can refuse, never admit.
 *
 * @param policyOf the policy of an origin hostname, from the trust in force *now*, not at the handshake.
 */
export function judge(
  policyOf: (sni: Hostname) => Policy | undefined,
  evidence: Evidence,
): Verdict {
  const { sni, authority, certificate, engine, now } = evidence;
  if (evidence.resumed) return refused("session-resumed", "the TLS session was resumed");
  const policy = sni === null ? undefined : policyOf(sni);
  if (policy === undefined)
    return refused("misdirected", `no entry has the origin hostname ${sni ?? "(none)"}`);
  if (authority !== sni) return refused("misdirected", `SNI ${sni}, but Host ${authority}`);
  if (certificate === null) return refused("no-certificate", "the peer presented no certificate");

  const defect = certificate.defect ?? timeDefect(certificate, now);
  if (defect !== null) return { verdict: "refused", ...defect };
  const doubt =
    issuerDoubt(policy, engine, certificate) ??
    // Before the engine's, which refuses for a list's sake too, and does not say so in a word of ours.
    revocationDoubt(policy, certificate, now) ??
    engineDoubt(engine) ??
    listDoubt(policy, certificate);
  if (doubt !== null) return doubt;

  const hostname = hostnameOf(policy, evidence.forwardedHost);
  if (hostname === null) {
    const asked = evidence.forwardedHost ?? "(none)";
    return refused(
      "misdirected",
      `X-Forwarded-Host ${asked} is no hostname of ${policy.originHostname}`,
    );
  }
  return {
    verdict: "accepted",
    hostname,
    originHostname: policy.originHostname,
    fingerprint: certificate.fingerprint,
  };
}

function refused(...[reason, detail]: Parameters<typeof refusal>): RefusedPull {
  return { verdict: "refused", reason, detail };
}

/** Each request again: a connection outlives the certificate that opened it. */
function timeDefect({ notBefore, notAfter }: CertificateEvidence, now: number): Refusal | null {
  if (!(now >= notBefore))
    return refusal("certificate-not-yet-valid", `not before ${written(notBefore)}`);
  if (!(now < notAfter)) return refusal("certificate-expired", `not after ${written(notAfter)}`);
  return null;
}

function written(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : "an unreadable date";
}

function issuerDoubt(
  policy: Policy,
  engine: EngineVerdict,
  certificate: CertificateEvidence,
): RefusedPull | null {
  // Our own check alone: the engine builds chains through whatever the peer sends, and by the issuer file of its handshake.
  if (certificate.signers.has(policy.issuer)) return null;
  if (certificate.signers.size > 0) {
    return refused(
      "wrong-issuer",
      `signed by ${[...certificate.signers].join(", ")}, not by ${policy.issuer}`,
    );
  }
  return refused("unknown-issuer", engine.detail || "signed by no issuer of the mapping");
}

/** What the engine says can refuse, and never admit: whoever comes here has a good chain, by our own check or by both. */
function engineDoubt({ authorized, detail }: EngineVerdict): RefusedPull | null {
  return authorized ? null : refused("refused-by-engine", detail);
}

function revocationDoubt(
  policy: Policy,
  certificate: CertificateEvidence,
  now: number,
): RefusedPull | null {
  if (policy.revocationUntil === null) return null;
  const state = certificate.revocation.get(policy.issuer) ?? "missing";
  if (state === "revoked")
    return refused("certificate-revoked", `on a revocation list of ${policy.issuer}`);
  if (state === "missing")
    return refused("revocation-unknown", `no revocation list of ${policy.issuer} covers it`);
  // A stale list is no list: whoever can hold back the new one would keep a revoked certificate alive.
  if (!(now < policy.revocationUntil)) {
    return refused(
      "revocation-unknown",
      `the revocation list of ${policy.issuer} is stale since ${written(policy.revocationUntil)}`,
    );
  }
  return null;
}

function listDoubt({ accepts }: Policy, certificate: CertificateEvidence): RefusedPull | null {
  if (accepts.by === "fingerprint") {
    if (accepts.fingerprints.has(certificate.fingerprint)) return null;
    return refused(
      "certificate-not-accepted",
      `${certificate.fingerprint} is not in the accepted list`,
    );
  }
  if (certificate.dnsNames.some((name) => accepts.names.has(name))) return null;
  return refused(
    "name-not-accepted",
    `none of its DNS names is ${[...accepts.names].join(" or ")}`,
  );
}

/** One exact hostname speaks for itself; of several, or of a wildcard, the Worker says which, and it must be one of them. */
function hostnameOf(
  { hostnames, elsewhere }: Policy,
  forwardedHost: Hostname | null,
): Hostname | null {
  const [only] = hostnames;
  if (hostnames.length === 1 && !isWildcard(only)) return only;
  if (forwardedHost === null || elsewhere.has(forwardedHost)) return null;
  return hostnames.some((pattern) => patternMatches(pattern, forwardedHost)) ? forwardedHost : null;
}
