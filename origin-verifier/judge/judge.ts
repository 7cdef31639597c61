import { isWildcard, patternMatches, type Hostname } from "../../shared/hostname.ts";
import type { CertificateEvidence, EngineVerdict, Evidence } from "./evidence.ts";
import { isReporting, type Policy } from "./policy.ts";
import { refusal, reportableReason, type Refusal } from "./refusal.ts";
import type { RefusedPull, Verdict } from "./verdict.ts";

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
  if (certificate === null)
    return doubted(
      policy,
      evidence,
      refusal("no-certificate", "the peer presented no certificate"),
    );

  const doubt =
    certificate.defect ??
    timeDefect(certificate, now) ??
    issuerDoubt(policy, engine, certificate) ??
    // Before the engine's, which refuses for a list's sake too, and does not say so in a word of ours.
    revocationDoubt(policy, certificate, now) ??
    engineDoubt(engine) ??
    listDoubt(policy, certificate);
  if (doubt !== null) return doubted(policy, evidence, doubt);
  // After all that is asked of the certificate: what opens another lock never says anything of this one.
  const other = otherLockDoubt(policy, evidence);
  if (other !== null) return refused(other.reason, other.detail);

  const hostname = hostnameOf(policy, evidence.forwardedHost);
  if (hostname === null) return noHostname(policy, evidence);
  return {
    verdict: "accepted",
    hostname,
    originHostname: policy.originHostname,
    fingerprint: certificate.fingerprint,
  };
}

function refused(...[reason, detail]: Parameters<typeof refusal>): RefusedPull {
  return { verdict: "refused", reason, detail, reported: null };
}

/** Refused for its certificate; in report mode with what its own application gets of it, and nobody else's. */
function doubted(policy: Policy, evidence: Evidence, doubt: Refusal): RefusedPull {
  const { originHostname, reportUntil } = policy;
  const reason = reportableReason(doubt.reason);
  if (reason === null || reportUntil === null || !isReporting(policy, evidence.now))
    return refused(doubt.reason, doubt.detail);
  // The other locks hold in report mode too: whoever has them already, and tries certificates, does not open them for it.
  const other = otherLockDoubt(policy, evidence);
  if (other !== null) return refused(doubt.reason, `${doubt.detail}; besides, ${other.detail}`);
  const hostname = hostnameOf(policy, evidence.forwardedHost);
  if (hostname === null) return noHostname(policy, evidence);
  return {
    ...refused(doubt.reason, doubt.detail),
    reported: { verdict: "refused", reason, hostname, originHostname, reportUntil },
  };
}

function noHostname({ originHostname }: Policy, { forwardedHost }: Evidence): RefusedPull {
  const asked = forwardedHost ?? "(none)";
  return refused("misdirected", `X-Forwarded-Host ${asked} is no hostname of ${originHostname}`);
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
): Refusal | null {
  // Our own check alone: the engine builds chains through whatever the peer sends, and by the issuer file of its handshake.
  if (certificate.signers.has(policy.issuer)) return null;
  if (certificate.signers.size > 0) {
    return refusal(
      "wrong-issuer",
      `signed by ${[...certificate.signers].join(", ")}, not by ${policy.issuer}`,
    );
  }
  return refusal("unknown-issuer", engine.detail || "signed by no issuer of the mapping");
}

/** What the engine says can refuse, and never admit: whoever comes here has a good chain, by our own check or by both. */
function engineDoubt({ authorized, detail }: EngineVerdict): Refusal | null {
  return authorized ? null : refusal("refused-by-engine", detail);
}

function revocationDoubt(
  policy: Policy,
  certificate: CertificateEvidence,
  now: number,
): Refusal | null {
  if (policy.revocationUntil === null) return null;
  const state = certificate.revocation.get(policy.issuer) ?? "missing";
  if (state === "revoked")
    return refusal("certificate-revoked", `on a revocation list of ${policy.issuer}`);
  if (state === "missing")
    return refusal("revocation-unknown", `no revocation list of ${policy.issuer} covers it`);
  // A stale list is no list: whoever can hold back the new one would keep a revoked certificate alive.
  if (!(now < policy.revocationUntil)) {
    return refusal(
      "revocation-unknown",
      `the revocation list of ${policy.issuer} is stale since ${written(policy.revocationUntil)}`,
    );
  }
  return null;
}

function listDoubt({ accepts }: Policy, certificate: CertificateEvidence): Refusal | null {
  // Nothing of that leaf is promised, neither a name nor a fingerprint: its issuer is all that can be asked for.
  if (accepts.by === "shared") return null;
  if (accepts.by === "fingerprint") {
    if (accepts.fingerprints.has(certificate.fingerprint)) return null;
    return refusal(
      "certificate-not-accepted",
      `${certificate.fingerprint} is not in the accepted list`,
    );
  }
  if (certificate.dnsNames.some((name) => accepts.names.has(name))) return null;
  return refusal(
    "name-not-accepted",
    `none of its DNS names is ${[...accepts.names].join(" or ")}`,
  );
}

/** What the mapping asks for beside the certificate. */
function otherLockDoubt(policy: Policy, evidence: Evidence): Refusal | null {
  const { remoteAddress, secret, token, now } = evidence;
  if (policy.addresses?.includes(remoteAddress) === false) {
    const from = remoteAddress === "" ? "an address that is not known" : remoteAddress;
    return refusal("address-not-accepted", `${from} is in none of the accepted ranges`);
  }
  // What was sent is never written down: it may be the right one, with a letter missing.
  if (policy.secret !== null && secret === null)
    return refusal("secret-not-accepted", "no X-Pull-Secret, or more than one");
  if (policy.secret?.includes(secret ?? "") === false)
    return refusal("secret-not-accepted", "its X-Pull-Secret is not an accepted one");
  if (policy.token === null) return null;
  if (token === null)
    return refusal("token-not-accepted", "no Cf-Access-Jwt-Assertion, or more than one");
  const doubt = policy.token.doubtOf(token, now);
  return doubt === null
    ? null
    : refusal("token-not-accepted", `its Cf-Access-Jwt-Assertion ${doubt}`);
}

/**
 * One exact hostname speaks for itself; of several, or of a wildcard, the Worker says which, and it must be one of its own.
 * The edge says nothing of the kind, and passes on what a visitor says. No pull shows which of the two it is of, since both
 * present what the one `accept` lists: so where the edge presents for any of them, nobody is believed, of a Worker's hostname as little.
 * Else a visitor of a hostname without a login would be told to the application as one of a hostname that has it.
 */
function hostnameOf(
  { hostnames, elsewhere, levels }: Policy,
  forwardedHost: Hostname | null,
): Hostname | null {
  const [only] = hostnames;
  if (hostnames.length === 1 && !isWildcard(only)) return only;
  if (forwardedHost === null || levels.size > 0 || elsewhere.has(forwardedHost)) return null;
  return hostnames.some((one) => patternMatches(one, forwardedHost)) ? forwardedHost : null;
}
