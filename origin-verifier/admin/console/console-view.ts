import { isReporting } from "../../judge/policy.ts";
import {
  datedCertificates,
  datedCrls,
  type DatedCertificate,
  type DatedCrl,
} from "../../observations/dated-certificates.ts";
import type { HostnameObservation, Observed } from "../../observations/observations.ts";
import { reasonKind, type ReasonKind } from "../../observations/reason-kind.ts";
import { servedHostnames, type ServedHostname } from "../../observations/served-hostnames.ts";
import type { TrustHistory } from "../../observations/trust-history.ts";
import type { Profile } from "../../profile/profile.ts";
import type { TrustFacts } from "../../trust/trust.ts";

/** Everything that the console shows, at one moment. */
export interface ConsoleView {
  readonly now: number;
  readonly version: string;
  readonly pid: number;
  readonly ready: boolean;
  readonly watchingSince: number | null;
  readonly connections: number;
  readonly handshakesFailed: number;
  readonly generation: number;
  readonly mappingDigest: string;
  readonly profile: Profile;
  readonly history: TrustHistory;
  /** Those that need a look first. */
  readonly hostnames: readonly HostnameView[];
  readonly elsewhere: HostnameObservation;
  /** Those that end first, first. */
  readonly certificates: readonly DatedCertificate[];
  readonly crls: readonly DatedCrl[];
}

/**
 * How a hostname is doing: `refusing`, something that is no stranger was refused in the last hour, or an accepted pull came
 * to nothing; `reporting`, something was let through in the last hour that enforcing would have refused; `quiet`, no pull was
 * accepted since the watching began; `well`.
 */
export type Health = "refusing" | "reporting" | "quiet" | "well";

/** One hostname. */
export interface HostnameView extends ServedHostname {
  readonly health: Health;
  readonly observation: HostnameObservation;
  /** Refusals of the last hour, by kind. */
  readonly refusedLastHour: Readonly<Record<ReasonKind, number>>;
  /** Pulls of the last hour that report mode let through. */
  readonly reportedLastHour: number;
}

/** What a view is made of. */
export interface ViewSources {
  readonly trust: () => TrustFacts;
  readonly observations: Observed;
  readonly connections: () => number;
  readonly profile: Profile;
  readonly version: string;
  readonly now: () => number;
}

/** Looks at everything, now. */
export function viewOf(sources: ViewSources): ConsoleView {
  const { observations } = sources;
  const trust = sources.trust();
  const now = sources.now();
  const observed = observations.hostnames();
  const hostnames = servedHostnames(trust).flatMap((served) => {
    const observation = observed.get(served.hostname);
    return observation === undefined ? [] : [hostnameView(served, observation, now)];
  });
  return {
    now,
    version: sources.version,
    pid: process.pid,
    ready: observations.ready(),
    watchingSince: observations.watchingSince(),
    connections: sources.connections(),
    handshakesFailed: observations.handshakesFailed(),
    generation: trust.generation,
    mappingDigest: trust.mappingDigest,
    profile: sources.profile,
    history: observations.trustHistory(),
    hostnames: hostnames.toSorted(
      (a, b) => urgency(a) - urgency(b) || a.hostname.localeCompare(b.hostname),
    ),
    elsewhere: observations.elsewhere(),
    certificates: datedCertificates(trust, observations, now).toSorted(
      (a, b) => a.notAfter - b.notAfter,
    ),
    crls: datedCrls(trust),
  };
}

function hostnameView(
  served: ServedHostname,
  observation: HostnameObservation,
  now: number,
): HostnameView {
  const refusedLastHour = { certificate: 0, application: 0, request: 0, stranger: 0 };
  for (const [reason, { lastHour }] of observation.refused)
    refusedLastHour[reasonKind(reason)] += sum(lastHour);
  const { stranger: _, ...ours } = refusedLastHour;
  const refusing = sum(Object.values(ours)) > 0;
  const reportedLastHour = sum(
    [...observation.reported.values()].map(({ lastHour }) => sum(lastHour)),
  );
  const reporting = isReporting(served.policy, now) && reportedLastHour > 0;
  const unrefused = reporting ? "reporting" : observation.accepted === 0 ? "quiet" : "well";
  const health = refusing ? "refusing" : unrefused;
  return { ...served, health, observation, refusedLastHour, reportedLastHour };
}

function urgency({ health }: HostnameView): number {
  return ["refusing", "reporting", "quiet", "well"].indexOf(health);
}

/** The sum of counts. */
export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
