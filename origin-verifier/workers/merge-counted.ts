import type { HostPattern } from "../../shared/hostname.ts";
import { addDistributions } from "../metrics/add-distributions.ts";
import type { HostnameObservation } from "../observations/observations.ts";
import { mergeObservations } from "./merge-observations.ts";
import type { Counted } from "./worker-report.ts";

/** What is counted of processes that have ended, beside those that go on: sums that never fall when one is started again. */
export type Ended = Counted;

/** Certificates that are remembered of processes that have ended, for each hostname: since then the watching began anew. */
const SEEN_AT_MOST = 64;

/** Adds one that has ended to those before it. */
export function addEnded(before: Ended | null, counted: Counted, at: number): Ended {
  const all = before === null ? [counted] : [before, counted];
  return {
    at,
    handshakesFailed: all.reduce((total, { handshakesFailed }) => total + handshakesFailed, 0),
    reloadFailures: all.reduce((total, { reloadFailures }) => total + reloadFailures, 0),
    hostnames: new Map(
      [...mergeHostnames(all, at)].map(([name, observation]) => [name, shortened(observation)]),
    ),
    elsewhere: mergeElsewhere(all, at),
    distribution: addDistributions(all.map(({ distribution }) => distribution)),
  };
}

/** Each hostname of any of them, as one. */
export function mergeHostnames(
  all: readonly Pick<Counted, "at" | "hostnames">[],
  now: number,
): ReadonlyMap<HostPattern, HostnameObservation> {
  const names = new Set(all.flatMap(({ hostnames }) => [...hostnames.keys()]));
  return new Map(
    [...names].map((name) => {
      const dated = all.flatMap(({ at, hostnames }) => {
        const observation = hostnames.get(name);
        return observation === undefined ? [] : [{ at, observation }];
      });
      return [name, mergeObservations(dated, now)];
    }),
  );
}

/** What belongs to no hostname, as one. */
export function mergeElsewhere(
  all: readonly Pick<Counted, "at" | "elsewhere">[],
  now: number,
): HostnameObservation {
  return mergeObservations(
    all.map(({ at, elsewhere: observation }) => ({ at, observation })),
    now,
  );
}

function shortened(observation: HostnameObservation): HostnameObservation {
  return { ...observation, seen: observation.seen.slice(0, SEEN_AT_MOST) };
}
