import type { VerifierEvent } from "../../origin-verifier/events.ts";
import type { CertificateReason, RefusalReason } from "../../origin-verifier/judge/refusal.ts";
import type { LockFacts } from "../../origin-verifier/judge/policy.ts";
import type { Trust } from "../../origin-verifier/trust/trust.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern, Hostname } from "../../shared/hostname.ts";

/** One origin hostname of a made-up trust. */
export interface MadeUpOrigin {
  readonly hostnames: readonly string[];
  /** Fingerprints; or the names of certificates that the issuer signed. */
  readonly accepts: readonly Fingerprint[] | { readonly names: readonly string[] } | "shared";
  readonly originNotAfter?: number;
  /** When report mode ends; without it there is none. */
  readonly reportUntil?: number;
  /** Of the hostnames that the edge presents for. */
  readonly levels?: ReadonlyMap<HostPattern, "hostname" | "zone" | "shared">;
  /** Locks beside the certificate; none where it is left out. */
  readonly also?: readonly LockFacts[];
}

/** That the origin listener listens. */
export const LISTENING = {
  event: "listening",
  listener: "origin",
  address: "127.0.0.1",
  port: 1,
  profile: "standard",
} as const satisfies VerifierEvent;

/** The n-th fingerprint of a test. */
export function fingerprint(n: number): Fingerprint {
  return `sha256:${n.toString(16).padStart(64, "0")}` as Fingerprint;
}

/** A trust as far as the observations look at one, by origin hostname: no file is read, no context made. */
export function madeUpTrust(
  origins: Readonly<Record<string, MadeUpOrigin>>,
  { generation = 1, issuerNotAfter = 0, revocationUntil = null as number | null } = {},
): Trust {
  const entries = Object.entries(origins).map(
    ([
      name,
      { hostnames, accepts, originNotAfter = 0, reportUntil = null, levels = new Map(), also = [] },
    ]) => [
      name as Hostname,
      {
        policy: {
          originHostname: name as Hostname,
          hostnames: hostnames as unknown as readonly [HostPattern, ...HostPattern[]],
          elsewhere: new Set(),
          levels,
          issuer: "own",
          accepts:
            accepts === "shared"
              ? { by: "shared", alone: true }
              : "names" in accepts
                ? { by: "issuer", names: new Set(accepts.names) }
                : { by: "fingerprint", fingerprints: new Set(accepts) },
          addresses: null,
          secret: null,
          token: null,
          also,
          revocationUntil,
          reportUntil,
        },
        certificate: { fingerprint: fingerprint(9_000), notBefore: 0, notAfter: originNotAfter },
      },
    ],
  );
  const facts = { fingerprint: fingerprint(9_001), notAfter: issuerNotAfter };
  const own = { name: "own", issuer: { certificates: [{ facts }] }, crls: [], revocationUntil };
  return {
    generation,
    mappingDigest: "ab".repeat(32),
    origins: new Map(entries as never),
    issuers: new Map([["own", own]]) as never,
  };
}

/** An accepted pull. */
export function acceptedPull(
  hostname: string,
  originHostname: string,
  presented: Fingerprint,
  notAfter = 0,
): VerifierEvent {
  return {
    event: "pull-accepted",
    hostname: hostname as Hostname,
    method: "GET",
    notAfter,
    judgedInMs: 0.05,
    ...peer(originHostname, presented),
  };
}

/** A refusal. */
export function refusedPull(
  reason: RefusalReason,
  originHostname: string | null,
  presented: Fingerprint | null = null,
  more: { readonly hostname?: string | null; readonly detail?: string } = {},
): VerifierEvent {
  return {
    event: "pull-refused",
    reason,
    status: null,
    id: "made-up-id",
    hostname: null,
    detail: "",
    ...peer(originHostname, presented),
    ...more,
  };
}

/** A refusal that report mode lets through. */
export function reportedPull(
  reason: CertificateReason,
  hostname: string,
  originHostname: string,
  presented: Fingerprint | null = null,
  detail = "",
): VerifierEvent {
  return {
    event: "pull-reported",
    reason,
    hostname: hostname as Hostname,
    method: "GET",
    detail,
    ...peer(originHostname, presented),
  };
}

function peer(originHostname: string | null, presented: Fingerprint | null) {
  return {
    originHostname: originHostname as Hostname | null,
    fingerprint: presented,
    remoteAddress: "192.0.2.1",
    remotePort: 40_000,
    tlsVersion: "TLSv1.3",
  };
}

/** Every reason: a new one does not compile until it is here, and so in every test that goes through all. */
export const ALL_REASONS = Object.keys({
  "no-certificate": 0,
  "unknown-issuer": 0,
  "session-resumed": 0,
  "malformed-certificate": 0,
  "not-version-3": 0,
  "certificate-is-a-ca": 0,
  "not-for-client-auth": 0,
  "weak-key": 0,
  "weak-signature": 0,
  "outside-profile": 0,
  "certificate-not-yet-valid": 0,
  "certificate-expired": 0,
  "wrong-issuer": 0,
  "refused-by-engine": 0,
  "certificate-revoked": 0,
  "revocation-unknown": 0,
  "certificate-not-accepted": 0,
  "name-not-accepted": 0,
  "address-not-accepted": 0,
  "secret-not-accepted": 0,
  "token-not-accepted": 0,
  misdirected: 0,
  "malformed-request": 0,
  "body-not-allowed": 0,
  "method-not-allowed": 0,
  "request-timeout": 0,
  "content-too-large": 0,
  "expectation-failed": 0,
  "headers-too-large": 0,
  "version-not-supported": 0,
  "application-unreachable": 0,
  "application-timeout": 0,
} satisfies Record<RefusalReason, 0>) as readonly RefusalReason[];
