import type { FileProblem } from "../events.ts";
import { isReporting, type LockFacts, type PolicyFacts } from "../judge/policy.ts";
import { datedCertificates, datedCrls } from "../observations/dated-certificates.ts";
import type {
  HostnameObservation,
  Observed,
  RefusalObservation,
} from "../observations/observations.ts";
import { servedHostnames, type ServedHostname } from "../observations/served-hostnames.ts";
import type { Profile } from "../profile/profile.ts";
import { isOld } from "../trust/old-files.ts";
import type { TrustFacts } from "../trust/trust.ts";

/** What `/status` says: public data only. Times are ISO 8601. */
export interface Status {
  readonly version: string;
  readonly ready: boolean;
  /** Which algorithms are taken. */
  readonly profile: Profile;
  /** When this process began to accept pulls. What it has not seen, it has not seen since then: a restart begins anew. */
  readonly watchingSince: string | null;
  /** The time of this answer. */
  readonly now: string;
  readonly generation: number;
  /** SHA-256 of the mapping file's text, hex. */
  readonly mappingDigest: string;
  readonly lastSwap: string | null;
  /** What the trust in force was warned about. */
  readonly warnings: readonly string[];
  /** The last reload that failed; `current` where none has succeeded since: the old trust goes on. */
  readonly lastReloadFailure: {
    readonly at: string;
    readonly current: boolean;
    readonly problems: readonly FileProblem[];
  } | null;
  /** The mapping's hostnames that are served here. */
  readonly hostnames: Readonly<Record<string, HostnameStatus>>;
  /** Refusals that belong to no hostname of the mapping, by reason. */
  readonly elsewhere: { readonly refused: Readonly<Record<string, RefusedStatus>> };
  readonly certificates: readonly CertificateStatus[];
  readonly revocationLists: readonly { readonly issuer: string; readonly nextUpdate: string }[];
}

/** One of several processes, beside what all of them say together. */
export interface WorkerStatus {
  readonly worker: number;
  /** Null while it is not running. */
  readonly pid: number | null;
  readonly ready: boolean;
  readonly watchingSince: string | null;
  readonly generation: number | null;
  readonly mappingDigest: string | null;
}

/** One hostname. */
export interface HostnameStatus {
  /** The first of them. */
  readonly originHostname: string;
  /** Those of its origins that are served here: several where the mapping lists several. */
  readonly originHostnames: readonly string[];
  /** Of Authenticated Origin Pulls, where the edge presents; null where a Worker does. */
  readonly level: "hostname" | "zone" | "shared" | null;
  /** What holds at the time of this answer. */
  readonly mode: "enforce" | "report";
  /** When report mode ends, or ended; null where the mapping says enforce. */
  readonly reportEnds: string | null;
  readonly issuer: string;
  /** Whether any certificate of Cloudflare's shared CA is accepted: any customer of Cloudflare's can have it presented. */
  readonly shared: boolean;
  /** Fingerprints, or the names that certificates of the issuer must have one of; no names where it is shared. */
  readonly accepts: readonly string[] | { readonly names: readonly string[] };
  /** What is asked beside the certificate, in every mode; empty where nothing is. */
  readonly also: readonly LockStatus[];
  /** Listed, or signed by an issuer of the mapping; the last seen first. */
  readonly seen: readonly SeenStatus[];
  readonly accepted: number;
  readonly lastAccepted: string | null;
  readonly refused: Readonly<Record<string, RefusedStatus>>;
  /** Let through in report mode, by the reason for which enforcing now would have refused. */
  readonly reported: Readonly<Record<string, RefusedStatus>>;
}

/** One lock beside the certificate, with what can be told of it. */
export interface LockStatus {
  readonly lock: LockFacts["lock"];
  /** When its file was fetched; null where the file does not say. Not there where it has no file. */
  readonly fetched?: string | null;
  /** Whether that is so long ago that Cloudflare may publish something else by now. */
  readonly old?: boolean;
  readonly [fact: string]: unknown;
}

/** One pull certificate that was presented. */
export interface SeenStatus {
  readonly fingerprint: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly pulls: number;
  /** `accepted`, or the reason of the refusal: of the last pull that presented it. */
  readonly lastVerdict: string;
  /** Null while it was never accepted. */
  readonly notAfter: string | null;
}

/** One reason's refusals. */
export interface RefusedStatus {
  readonly total: number;
  readonly lastHour: number;
  readonly last: string;
}

/** One certificate whose end is known. */
export interface CertificateStatus {
  readonly kind: "pull" | "origin" | "issuer";
  readonly name: string;
  readonly fingerprint: string;
  readonly notAfter: string;
}

/** Writes down what is in force and what was seen. */
export function statusOf(
  trust: TrustFacts,
  observations: Observed,
  { version, profile }: Pick<Status, "version" | "profile">,
  now: number,
): Status {
  const { lastSwap, lastFailure, failing, warnings } = observations.trustHistory();
  const observed = observations.hostnames();
  const hostnames = servedHostnames(trust).map(
    (served) =>
      [served.hostname, hostnameStatus(served, observed.get(served.hostname), now)] as const,
  );
  return {
    version,
    ready: observations.ready(),
    profile,
    watchingSince: iso(observations.watchingSince()),
    now: new Date(now).toISOString(),
    generation: trust.generation,
    mappingDigest: trust.mappingDigest,
    lastSwap: iso(lastSwap),
    warnings,
    lastReloadFailure:
      lastFailure === null
        ? null
        : {
            at: new Date(lastFailure.at).toISOString(),
            current: failing,
            problems: lastFailure.problems,
          },
    hostnames: Object.fromEntries(hostnames),
    elsewhere: { refused: refusedStatus(observations.elsewhere().refused) },
    certificates: datedCertificates(trust, observations, now).map(
      ({ kind, name, fingerprint, notAfter }) => ({
        kind,
        name,
        fingerprint,
        notAfter: new Date(notAfter).toISOString(),
      }),
    ),
    revocationLists: datedCrls(trust).map(({ name, nextUpdate }) => ({
      issuer: name,
      nextUpdate: new Date(nextUpdate).toISOString(),
    })),
  };
}

function hostnameStatus(
  { hostname, policy, originHostnames }: ServedHostname,
  observation: HostnameObservation | undefined,
  now: number,
): HostnameStatus {
  const { issuer, accepts, reportUntil } = policy;
  return {
    originHostname: originHostnames[0],
    originHostnames,
    level: policy.levels.get(hostname) ?? null,
    mode: isReporting(policy, now) ? "report" : "enforce",
    reportEnds: iso(reportUntil),
    issuer,
    shared: accepts.by === "shared",
    accepts: acceptsStatus(accepts),
    also: policy.also.map((facts) => lockStatus(facts, now)),
    seen: (observation?.seen ?? []).map((seen) => ({
      fingerprint: seen.fingerprint,
      firstSeen: new Date(seen.firstSeen).toISOString(),
      lastSeen: new Date(seen.lastSeen).toISOString(),
      pulls: seen.pulls,
      lastVerdict: seen.lastVerdict,
      notAfter: iso(seen.notAfter),
    })),
    accepted: observation?.accepted ?? 0,
    lastAccepted: iso(observation?.lastAccepted ?? null),
    refused: observation === undefined ? {} : refusedStatus(observation.refused),
    reported: observation === undefined ? {} : refusedStatus(observation.reported),
  };
}

function acceptsStatus(accepts: PolicyFacts["accepts"]): HostnameStatus["accepts"] {
  if (accepts.by === "fingerprint") return [...accepts.fingerprints];
  return { names: accepts.by === "shared" ? [] : [...accepts.names] };
}

function lockStatus(facts: LockFacts, now: number): LockStatus {
  if (facts.lock === "header") return { ...facts };
  return { ...facts, fetched: iso(facts.fetched), old: isOld(facts, now) };
}

function refusedStatus(
  refused: ReadonlyMap<string, RefusalObservation>,
): Readonly<Record<string, RefusedStatus>> {
  return Object.fromEntries(
    [...refused].map(([reason, { total, lastHour, last }]) => [
      reason,
      {
        total,
        lastHour: lastHour.reduce((sum, count) => sum + count, 0),
        last: new Date(last).toISOString(),
      },
    ]),
  );
}

function iso(time: number | null): string | null {
  return time === null || !Number.isFinite(time) ? null : new Date(time).toISOString();
}
