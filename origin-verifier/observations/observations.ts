import type { HostPattern } from "../../shared/hostname.ts";
import type { PeerFacts, VerifierEvent } from "../events.ts";
import type { CertificateReason, RefusalReason } from "../judge/refusal.ts";
import type { Trust } from "../trust/trust.ts";
import { createHostnameIndex, type HostnameIndex } from "./hostname-index.ts";
import {
  countAccepted,
  countReason,
  createHostnameRecord,
  type HostnameRecord,
  type RefusalRecord,
} from "./hostname-record.ts";
import { provesIssuer, reasonKind } from "./reason-kind.ts";
import { createRecentEvents, type Happening } from "./recent-events.ts";
import type { SeenCertificate } from "./seen-certificates.ts";
import { afterEvent, NO_TRUST_YET, type TrustHistory } from "./trust-history.ts";

/** What observations are made with. */
export interface ObservationsOptions {
  /** The trust in force; null before there is one. */
  readonly trust: () => Trust | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What was observed of one hostname of the mapping, or of the pulls that belong to none. Times: ms since 1970. */
export interface HostnameObservation {
  readonly accepted: number;
  readonly lastAccepted: number | null;
  readonly acceptedLastHour: number;
  /** The same minute by minute, the oldest first. */
  readonly acceptedByMinute: readonly number[];
  readonly refused: ReadonlyMap<RefusalReason, RefusalObservation>;
  /** Refused, and let through in report mode. */
  readonly reported: ReadonlyMap<CertificateReason, RefusalObservation>;
  /** The certificates that the mapping lists for it, or that one of its issuers has signed; the last seen first. */
  readonly seen: readonly SeenCertificate[];
}

/** What was observed of one reason. */
export interface RefusalObservation {
  readonly total: number;
  readonly last: number;
  /** Minute by minute, the oldest first. */
  readonly lastHour: readonly number[];
}

/** Something that a subscriber is told of: accepted pulls too. */
export type Told = Happening<VerifierEvent>;

/**
 * What this process has seen since it began to watch: a bounded memory of counts and of the last things that happened. A
 * restart begins anew.
 */
export interface Observations extends Observed {
  /** Takes an event in. A few map operations for a pull; never throws. */
  readonly take: (event: VerifierEvent) => void;
}

/** What was observed, by this process or by several of them together. */
export interface Observed {
  /** When pulls began to be accepted, in milliseconds since 1970; null before. */
  readonly watchingSince: () => number | null;
  /** Whether pulls are accepted: listening, and not stopping. */
  readonly ready: () => boolean;
  readonly trustHistory: () => TrustHistory;
  readonly handshakesFailed: () => number;
  /** Each hostname of the mapping that is served here, in the order of the trust. */
  readonly hostnames: () => ReadonlyMap<HostPattern, HostnameObservation>;
  /** The pulls that belong to no hostname of the mapping. */
  readonly elsewhere: () => HostnameObservation;
  /** The newest first; accepted pulls are not among them. */
  readonly recent: () => readonly Happening[];
  /** The id of the last thing that happened; 0 before the first. */
  readonly lastId: () => number;
  /** Is told of everything that happens, as it happens; returns how to end that. */
  readonly subscribe: (listener: Listener) => () => void;
}

/** Is told of one thing that happened or, where it was gathered on the way, of the last of several that are alike. */
export type Listener = (told: Told, times: number) => void;

/** Begins to observe. */
export function createObservations(options: ObservationsOptions): Observations {
  const { now } = options;
  const records = new Map<HostPattern, HostnameRecord>();
  const elsewhere = createHostnameRecord();
  const recent = createRecentEvents();
  const listeners = new Set<Listener>();
  let followed: Trust | null = null;
  let indexOf: HostnameIndex = noHostname;
  let history = NO_TRUST_YET;
  let watchingSince: number | null = null;
  let stopping = false;
  let handshakesFailed = 0;
  let id = 0;

  const follow = (): void => {
    const trust = options.trust();
    if (trust === followed || trust === null) return;
    followed = trust;
    indexOf = createHostnameIndex(trust);
    syncRecords(records, trust);
  };

  const count = (event: VerifierEvent, hostname: HostPattern | null, at: number): void => {
    const record = (hostname === null ? undefined : records.get(hostname)) ?? elsewhere;
    switch (event.event) {
      case "pull-accepted":
        countAccepted(record, at);
        if (hostname === null || event.fingerprint === null) break;
        record.seen.see(event.fingerprint, { at, notAfter: event.notAfter, verdict: "accepted" });
        break;
      case "pull-refused":
        countReason(record.refused, event.reason, at);
        if (hostname !== null) seeRefused(record, event, at);
        break;
      case "pull-reported":
        countReason(record.reported, event.reason, at);
        if (hostname !== null) seeRefused(record, event, at);
        break;
      case "handshake-failed":
        handshakesFailed += 1;
        break;
      case "listening":
        if (event.listener === "origin") watchingSince = at;
        break;
      case "listener-unsafe":
      case "stopping":
        stopping = true;
        break;
      case "trust-swapped":
      case "reload-failed":
      case "report-ends":
      case "report-ended":
      case "file-old":
      case "stopped":
        break;
    }
  };

  return {
    take: (event) => {
      follow();
      const at = now();
      id += 1;
      const hostname = hostnameOf(event, indexOf);
      history = afterEvent(history, event, at);
      count(event, hostname, at);
      if (event.event !== "pull-accepted") recent.add({ id, at, hostname, event });
      if (listeners.size === 0) return;
      for (const listener of listeners) listener({ id, at, hostname, event }, 1);
    },
    watchingSince: () => watchingSince,
    ready: () => watchingSince !== null && !stopping,
    trustHistory: () => history,
    handshakesFailed: () => handshakesFailed,
    hostnames: () => {
      follow();
      return new Map([...records].map(([name, record]) => [name, observationOf(record, now())]));
    },
    elsewhere: () => observationOf(elsewhere, now()),
    recent: recent.all,
    lastId: () => id,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A stranger can make as many certificates as it likes: only those that are ours are remembered. */
function seeRefused(
  { seen }: HostnameRecord,
  { fingerprint, reason }: PeerFacts & { readonly reason: RefusalReason },
  at: number,
): void {
  if (fingerprint === null || reasonKind(reason) === "application") return;
  if (seen.isListed(fingerprint) || provesIssuer(reason))
    seen.see(fingerprint, { at, notAfter: null, verdict: reason });
}

/** Before the first trust. */
function noHostname(): null {
  return null;
}

/** Keeps what was observed of the hostnames that the mapping still has, and nothing of those that it has not. */
function syncRecords(records: Map<HostPattern, HostnameRecord>, trust: Trust): void {
  const before = new Map(records);
  records.clear();
  for (const { policy } of trust.origins.values()) {
    for (const hostname of policy.hostnames) {
      // One record, also of a hostname with two of its origins here.
      const record = records.get(hostname) ?? before.get(hostname) ?? createHostnameRecord();
      record.seen.list(
        policy.accepts.by === "fingerprint" ? policy.accepts.fingerprints : new Set(),
      );
      records.set(hostname, record);
    }
  }
}

function hostnameOf(event: VerifierEvent, indexOf: HostnameIndex): HostPattern | null {
  switch (event.event) {
    case "pull-accepted":
    case "pull-refused":
    case "pull-reported":
      return indexOf(event.originHostname, event.hostname);
    case "handshake-failed":
    case "listening":
    case "trust-swapped":
    case "reload-failed":
    case "report-ends":
    case "report-ended":
    case "file-old":
    case "listener-unsafe":
    case "stopping":
    case "stopped":
      return null;
  }
}

function observationOf(record: HostnameRecord, now: number): HostnameObservation {
  return {
    accepted: record.accepted,
    lastAccepted: record.lastAccepted,
    acceptedLastHour: record.acceptedByMinute.sum(now),
    acceptedByMinute: record.acceptedByMinute.last(now),
    refused: refusalsOf(record.refused, now),
    reported: refusalsOf(record.reported, now),
    seen: record.seen.all(),
  };
}

function refusalsOf<Reason extends RefusalReason>(
  counts: ReadonlyMap<Reason, RefusalRecord>,
  now: number,
): ReadonlyMap<Reason, RefusalObservation> {
  return new Map(
    [...counts].map(([reason, { total, last, byMinute }]) => [
      reason,
      { total, last, lastHour: byMinute.last(now) },
    ]),
  );
}
