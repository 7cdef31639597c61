import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { PolicyFacts } from "../judge/policy.ts";
import type { TrustFacts } from "../trust/trust.ts";
import type { HostnameObservation, Observed } from "./observations.ts";
import { servedHostnames } from "./served-hostnames.ts";
import type { SeenCertificate } from "./seen-certificates.ts";

/** Something that ends on a day, and takes pulls with it. Times are milliseconds since 1970. */
export interface DatedCertificate {
  readonly kind: "pull" | "origin" | "issuer";
  /** The hostname of a pull certificate, the origin hostname of an origin certificate, the name of an issuer. */
  readonly name: string;
  readonly fingerprint: Fingerprint;
  readonly notAfter: number;
  /** The last pull that presented it; null for what is not presented on pulls. */
  readonly lastSeen: number | null;
}

/** A list that goes stale. */
export interface DatedCrl {
  /** The issuer's name. */
  readonly name: string;
  readonly nextUpdate: number;
}

const HOUR_MS = 3_600_000;

/**
 * Every certificate whose end is known: issuers', origin certificates, and the accepted pull certificates *that were seen*:
 * the mapping lists fingerprints, and a fingerprint does not say when it ends.
 */
export function datedCertificates(
  trust: TrustFacts,
  observations: Pick<Observed, "hostnames">,
  now: number,
): readonly DatedCertificate[] {
  const observed = observations.hostnames();
  const pulls = servedHostnames(trust).flatMap(({ hostname, policy }) =>
    acceptedSeen(policy, observed.get(hostname), now).map(
      ({ fingerprint, notAfter, lastSeen }): DatedCertificate => ({
        kind: "pull",
        name: hostname,
        fingerprint,
        notAfter,
        lastSeen,
      }),
    ),
  );
  const origins = [...trust.origins].map(([name, { certificate }]): DatedCertificate => ({
    kind: "origin",
    name,
    fingerprint: certificate.fingerprint,
    notAfter: certificate.notAfter,
    lastSeen: null,
  }));
  const issuers = [...trust.issuers.values()].flatMap(({ name, issuer }) =>
    issuer.certificates.map(({ facts }): DatedCertificate => ({
      kind: "issuer",
      name,
      fingerprint: facts.fingerprint,
      notAfter: facts.notAfter,
      lastSeen: null,
    })),
  );
  return [...pulls, ...origins, ...issuers];
}

/** When each issuer's revocation list goes stale. */
export function datedCrls(trust: TrustFacts): readonly DatedCrl[] {
  return [...trust.issuers.values()].flatMap(({ name, revocationUntil }) =>
    revocationUntil === null ? [] : [{ name, nextUpdate: revocationUntil }],
  );
}

type Accepted = SeenCertificate & { readonly notAfter: number };

function acceptedSeen(
  { accepts }: PolicyFacts,
  observation: HostnameObservation | undefined,
  now: number,
): readonly Accepted[] {
  return (observation?.seen ?? []).filter((seen): seen is Accepted => {
    if (seen.notAfter === null || !Number.isFinite(seen.notAfter)) return false;
    if (accepts.by === "fingerprint") return accepts.fingerprints.has(seen.fingerprint);
    // Short-lived certificates follow each other: one that is over and no longer presented is history, not a warning.
    return seen.notAfter > now || seen.lastSeen > now - HOUR_MS;
  });
}
