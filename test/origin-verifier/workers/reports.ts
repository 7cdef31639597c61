import type { HostPattern } from "../../../shared/hostname.ts";
import type { HostnameObservation } from "../../../origin-verifier/observations/observations.ts";
import type { SeenCertificate } from "../../../origin-verifier/observations/seen-certificates.ts";
import {
  NO_TRUST_YET,
  type TrustHistory,
} from "../../../origin-verifier/observations/trust-history.ts";
import type { WorkerReport } from "../../../origin-verifier/workers/worker-report.ts";
import { fingerprint, madeUpTrust } from "../../support/made-up-trust.ts";

const NO_MINUTES: readonly number[] = Array<number>(60).fill(0);

/** An observation of nothing but what is given. */
export function observation(given: Partial<HostnameObservation>): HostnameObservation {
  return {
    accepted: 0,
    lastAccepted: null,
    acceptedLastHour: 0,
    acceptedByMinute: NO_MINUTES,
    refused: new Map(),
    reported: new Map(),
    seen: [],
    ...given,
  };
}

/** A certificate that was seen once. */
export function seen(n: number, given: Partial<SeenCertificate> = {}): SeenCertificate {
  return {
    fingerprint: fingerprint(n),
    firstSeen: 1,
    lastSeen: 1,
    pulls: 1,
    notAfter: null,
    lastVerdict: "accepted",
    ...given,
  };
}

/** A history in which nothing has gone wrong. */
export function history(given: Partial<TrustHistory> = {}): TrustHistory {
  return { ...NO_TRUST_YET, lastSwap: 1, ...given };
}

export const SHOP = "shop.example.com" as HostPattern;

/** What a worker says that accepts pulls, and of which nothing else is known. */
export function report(given: Partial<WorkerReport> = {}): WorkerReport {
  return {
    at: 0,
    ready: true,
    watchingSince: 1,
    history: history(),
    handshakesFailed: 0,
    reloadFailures: 0,
    hostnames: new Map([[SHOP, observation({})]]),
    elsewhere: observation({}),
    distribution: { name: "d", help: "d", type: "counter", aggregator: "sum", values: [] },
    trust: madeUpTrust({
      "origin-shop.example.net": { hostnames: [SHOP], accepts: [fingerprint(1)] },
    }),
    trustDigest: "same",
    connections: 0,
    usage: { bytes: 1, cpuSeconds: 1 },
    happened: [],
    lastId: 0,
    ...given,
  };
}
