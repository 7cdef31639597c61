import { createHash } from "node:crypto";
import type { HostPattern } from "../../shared/hostname.ts";
import type { Gathered } from "../admin/console/happenings.ts";
import { ownUsage, type ProcessUsage } from "../metrics/metric-sources.ts";
import type { HostnameObservation, Observed, Told } from "../observations/observations.ts";
import type { TrustHistory } from "../observations/trust-history.ts";
import type { FileDigests } from "../trust/read-file.ts";
import type { Trust, TrustFacts } from "../trust/trust.ts";

/** What was counted, at one moment: what still counts when the process that counted it has ended. */
export interface Counted {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly handshakesFailed: number;
  readonly reloadFailures: number;
  readonly hostnames: ReadonlyMap<HostPattern, HostnameObservation>;
  readonly elsewhere: HostnameObservation;
  /** The one distribution of the metrics. */
  readonly distribution: object;
}

/** Everything that one worker says of itself at one moment: plain data, which goes from process to process. */
export interface WorkerReport extends Counted {
  readonly ready: boolean;
  readonly watchingSince: number | null;
  readonly history: TrustHistory;
  readonly trust: TrustFacts;
  /** Of every file that the trust was built from: two workers with the same one decide alike. */
  readonly trustDigest: string;
  readonly connections: number;
  readonly usage: ProcessUsage;
  /** What happened since the last report that was asked for, the oldest first. */
  readonly happened: readonly Gathered[];
  /** The id of the last thing that happened there. */
  readonly lastId: number;
}

/** What a report is made of. */
export interface ReportSources {
  readonly observations: Observed;
  readonly trust: Trust;
  readonly files: FileDigests;
  readonly connections: number;
  readonly distribution: object;
  /** Accepted pulls that were gathered for somebody who looks on. */
  readonly accepted: readonly Gathered[];
  readonly now: number;
}

/** Makes a report. @param after the id of the last thing that the supervisor has heard of. */
export function reportOf(sources: ReportSources, after: number): WorkerReport {
  const { observations, trust, files, connections, distribution, accepted, now } = sources;
  const history = observations.trustHistory();
  const kept = observations.recent().filter(({ id }) => id > after);
  const once = kept.map((told: Told): Gathered => ({ told, times: 1 }));
  return {
    at: now,
    ready: observations.ready(),
    watchingSince: observations.watchingSince(),
    history,
    handshakesFailed: observations.handshakesFailed(),
    reloadFailures: history.failures,
    hostnames: observations.hostnames(),
    elsewhere: observations.elsewhere(),
    distribution,
    trust: factsOf(trust),
    trustDigest: digestOf(files),
    connections,
    usage: ownUsage(),
    happened: [...once, ...accepted].toSorted((a, b) => a.told.id - b.told.id),
    lastId: observations.lastId(),
  };
}

/** Without what cannot leave the process: the engine's contexts, with the keys in them, and functions. */
function factsOf({ generation, mappingDigest, origins, issuers }: Trust): TrustFacts {
  return {
    generation,
    mappingDigest,
    origins: new Map(
      [...origins].map(([name, { policy, certificate }]) => {
        const { addresses: _, secret: __, token: ___, ...told } = policy;
        return [name, { policy: told, certificate }];
      }),
    ),
    issuers: new Map(
      [...issuers].map(([key, { name, issuer, revocationUntil }]) => {
        const certificates = issuer.certificates.map(({ facts: { fingerprint, notAfter } }) => ({
          facts: { fingerprint, notAfter },
        }));
        return [key, { name, issuer: { certificates }, revocationUntil }];
      }),
    ),
  };
}

function digestOf(files: FileDigests): string {
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
}
