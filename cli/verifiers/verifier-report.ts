import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";
import { nextStep, plainWords } from "../../origin-verifier/observations/plain-words.ts";
import type { LiveHostname, LiveStatus } from "./read-status.ts";

/** What is said of one live verifier: data for people and programs alike. Times are ISO 8601, by the verifier's clock. */
export interface VerifierReport {
  readonly url: string;
  readonly version: string;
  readonly ready: boolean;
  readonly now: string;
  /** What it has not seen, it has not seen since then. */
  readonly watchingSince: string | null;
  readonly generation: number;
  readonly lastReload: string | null;
  /** Why the last reload failed; null where it did not. */
  readonly reloadFailure: string | null;
  /** What its trust was warned about when it was loaded. */
  readonly warnings: readonly string[];
  readonly mappingDigest: string;
  readonly hostnames: readonly HostnameReport[];
  /** Everything whose end is known, the first to end first. */
  readonly ends: readonly EndReport[];
}

/** One hostname. */
export interface HostnameReport {
  readonly hostname: string;
  /** The first of them. */
  readonly originHostname: string;
  /** Those of its origins that are served there. */
  readonly originHostnames: readonly string[];
  /** Of Authenticated Origin Pulls, where the edge presents; null where a Worker does. */
  readonly level: string | null;
  readonly mode: "enforce" | "report";
  readonly reportEnds: string | null;
  readonly accepted: number;
  readonly lastAccepted: string | null;
  /** Whether Cloudflare's shared certificate is accepted, which any customer can have presented. */
  readonly shared: boolean;
  /** Names, where any certificate of the issuer with one of them is accepted. */
  readonly acceptedNames: readonly string[];
  /** What is asked beside the certificate. */
  readonly also: readonly LockReport[];
  /** Listed ones, seen or not; then whatever else was seen. */
  readonly certificates: readonly CertificateReport[];
  /** Of the last hour, the most frequent first. */
  readonly refused: readonly WouldRefuse[];
  /** The same of what report mode lets through. */
  readonly enforcingWouldRefuse: readonly WouldRefuse[];
}

/** One pull certificate at one hostname. */
export interface CertificateReport {
  readonly fingerprint: string;
  readonly standing: "accepted" | "issued" | "not accepted";
  readonly lastSeen: string | null;
  readonly notAfter: string | null;
  /** Why the last pull with it was refused, in plain words; null where it was not. */
  readonly refusedSince: string | null;
}

/** One lock beside the certificate. */
export interface LockReport {
  /** `addresses`, `header`, `access`; of a newer verifier another. */
  readonly lock: string;
  /** Its path, at the verifier. */
  readonly file?: string;
  /** When its file was fetched; null where the file does not say; left out where it has none. */
  readonly fetched?: string | null;
  /** Whether that is so long ago that Cloudflare may publish something else by now. */
  readonly old: boolean;
  /** How many secrets are accepted. */
  readonly secrets?: number;
  /** Of Access. */
  readonly team?: string;
}

/** One reason for which pulls were refused, or for which enforcing now would refuse what report mode lets through. */
export interface WouldRefuse {
  readonly reason: string;
  readonly words: string;
  readonly lastHour: number;
  readonly last: string;
  readonly next: string;
}

/** Something that ends on a day. */
export interface EndReport {
  readonly kind: string;
  readonly name: string;
  /** Null for a revocation list. */
  readonly fingerprint: string | null;
  readonly notAfter: string;
  /** When it was last presented, of a pull certificate; null for what is not presented on pulls. */
  readonly lastSeen: string | null;
}

/** Makes the report of a status. */
export function verifierReport(url: string, status: LiveStatus): VerifierReport {
  return {
    url,
    version: status.version,
    ready: status.ready,
    now: new Date(status.now).toISOString(),
    watchingSince: iso(status.watchingSince),
    generation: status.generation,
    lastReload: iso(status.lastSwap),
    reloadFailure: status.reloadFailure,
    warnings: status.warnings,
    mappingDigest: status.mappingDigest,
    hostnames: Object.entries(status.hostnames).map(([name, at]) => hostnameReport(name, at)),
    ends: endsOf(status),
  };
}

function hostnameReport(hostname: string, at: LiveHostname): HostnameReport {
  const listed = "names" in at.accepts ? [] : at.accepts;
  const seen = new Map(at.seen.map((one) => [one.fingerprint, one]));
  const others = at.seen.filter(({ fingerprint }) => !listed.includes(fingerprint));
  const certificate = (fingerprint: LiveHostname["seen"][number]["fingerprint"]) => {
    const {
      lastVerdict = "accepted",
      lastSeen = null,
      notAfter = null,
    } = seen.get(fingerprint) ?? {};
    const standing = listed.includes(fingerprint)
      ? ("accepted" as const)
      : lastVerdict === "accepted"
        ? ("issued" as const)
        : ("not accepted" as const);
    return {
      fingerprint,
      standing,
      lastSeen: iso(lastSeen),
      notAfter: iso(notAfter),
      refusedSince: lastVerdict === "accepted" ? null : inWords(lastVerdict),
    };
  };
  return {
    hostname,
    originHostname: at.originHostname,
    originHostnames: at.originHostnames,
    level: at.level,
    mode: at.mode,
    reportEnds: iso(at.reportEnds),
    accepted: at.accepted,
    lastAccepted: iso(at.lastAccepted),
    shared: at.shared,
    acceptedNames: "names" in at.accepts ? at.accepts.names : [],
    also: at.also.map(lockReport),
    certificates: [...listed, ...others.map((one) => one.fingerprint)].map((one) =>
      certificate(one),
    ),
    refused: refusals(hostname, at.refused),
    enforcingWouldRefuse: at.mode === "report" ? refusals(hostname, at.reported) : [],
  };
}

function lockReport({
  lock,
  file,
  fetched,
  old,
  secrets,
  team,
}: LiveHostname["also"][number]): LockReport {
  return {
    lock,
    old,
    ...(file === undefined ? {} : { file }),
    ...(fetched === undefined ? {} : { fetched: iso(fetched) }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(team === undefined ? {} : { team }),
  };
}

function refusals(hostname: string, counted: LiveHostname["refused"]): readonly WouldRefuse[] {
  return Object.entries(counted)
    .filter(([, { lastHour }]) => lastHour > 0)
    .map(([reason, { lastHour, last }]) => ({
      reason,
      words: inWords(reason),
      lastHour,
      last: new Date(last).toISOString(),
      next: nextFor(reason, hostname),
    }))
    .toSorted((a, b) => b.lastHour - a.lastHour);
}

/** A reason of a newer verifier speaks for itself. */
function inWords(reason: string): string {
  const words: string | undefined = plainWords(reason as RefusalReason);
  return words ?? reason;
}

function nextFor(reason: string, hostname: string): string {
  const step: ReturnType<typeof nextStep> | undefined = nextStep(reason as RefusalReason);
  if (step === undefined) return "The verifier's log says more.";
  const { words, command } = step;
  return command === null ? words : `${words} ${command.replace("HOSTNAME", hostname)}`;
}

function endsOf({ certificates, revocationLists, hostnames }: LiveStatus): readonly EndReport[] {
  const lastSeen = (name: string, fingerprint: string): number | null =>
    hostnames[name]?.seen.find((one) => one.fingerprint === fingerprint)?.lastSeen ?? null;
  return [
    ...certificates.map(({ kind, name, fingerprint, notAfter }) => ({
      kind: `${kind} certificate`,
      name,
      fingerprint,
      notAfter: new Date(notAfter).toISOString(),
      lastSeen: kind === "pull" ? iso(lastSeen(name, fingerprint)) : null,
    })),
    ...revocationLists.map(({ issuer, nextUpdate }) => ({
      kind: "revocation list",
      name: issuer,
      fingerprint: null,
      notAfter: new Date(nextUpdate).toISOString(),
      lastSeen: null,
    })),
  ].toSorted((a, b) => a.notAfter.localeCompare(b.notAfter));
}

function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
