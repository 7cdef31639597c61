import { EXIT, type ExitCode } from "../manners/exit-code.ts";
import type { EndReport, VerifierReport } from "./verifier-report.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** Something about a verifier that a person should look at. */
export interface Concern {
  readonly kind:
    | "no-status"
    | "not-ready"
    | "reload-failed"
    | "differs"
    | "would-refuse"
    | "old-file"
    | "expiring";
  /** The verifier's URL. */
  readonly verifier: string;
  readonly message: string;
  readonly next: string;
}

/** By what a status is measured. */
export interface Measures {
  /** SHA-256 of the local mapping's text, hex; null where there is none to compare with. */
  readonly mappingDigest: string | null;
  /** What the local mapping is called. */
  readonly mapping: string;
  /** What ends within this many milliseconds is expiring. */
  readonly expiringMs: number;
}

const DAY_MS = 86_400_000;

/** What deserves a look at verifiers that gave their status, those in the order of the command line. */
export function concernsOf(
  reports: readonly VerifierReport[],
  measures: Measures,
): readonly Concern[] {
  return [
    ...reports.flatMap((report) => stateConcerns(report)),
    ...digestConcerns(reports, measures),
    ...reports.flatMap((report) => reportModeConcerns(report)),
    ...reports.flatMap((report) => oldFileConcerns(report)),
    ...reports.flatMap((report) => endConcerns(report, measures.expiringMs)),
  ];
}

/** The exit code of the worst of them: first what does not work, then what differs, then what will not work. */
export function exitFor(concerns: readonly Concern[]): ExitCode {
  const kinds = new Set(concerns.map(({ kind }) => kind));
  for (const kind of ["no-status", "not-ready", "reload-failed"] as const)
    if (kinds.has(kind)) return EXIT.problems;
  if (kinds.has("differs")) return EXIT.differs;
  if (kinds.has("would-refuse")) return EXIT.wouldRefuse;
  return kinds.has("expiring") || kinds.has("old-file") ? EXIT.expiring : EXIT.fine;
}

function stateConcerns({ url, ready, reloadFailure }: VerifierReport): readonly Concern[] {
  const concern = (kind: Concern["kind"], message: string, next: string): Concern => ({
    kind,
    verifier: url,
    message,
    next,
  });
  return [
    ...(ready
      ? []
      : [
          concern(
            "not-ready",
            "accepts no pulls: it is starting or stopping",
            "its log says which",
          ),
        ]),
    ...(reloadFailure === null
      ? []
      : [
          concern(
            "reload-failed",
            `its last reload failed, and the old trust goes on: ${reloadFailure}`,
            "pullproof check, correct what it names, then SIGHUP to the verifier",
          ),
        ]),
  ];
}

function digestConcerns(
  reports: readonly VerifierReport[],
  { mappingDigest, mapping }: Measures,
): readonly Concern[] {
  const [first] = reports;
  const wanted = mappingDigest ?? first?.mappingDigest;
  const than = mappingDigest === null ? `${first?.url ?? ""} has` : mapping;
  return reports
    .filter((report) => report.mappingDigest !== wanted)
    .map(({ url }) => ({
      kind: "differs",
      verifier: url,
      message: `decides by another mapping than ${than}`,
      next: `bring it ${mappingDigest === null ? "the same mapping" : mapping}, then SIGHUP`,
    }));
}

function reportModeConcerns({ url, hostnames }: VerifierReport): readonly Concern[] {
  return hostnames.flatMap(({ hostname, reportEnds, enforcingWouldRefuse }) => {
    const pulls = enforcingWouldRefuse.reduce((sum, { lastHour }) => sum + lastHour, 0);
    const [most] = enforcingWouldRefuse;
    if (most === undefined) return [];
    const counted = pulls === 1 ? "1 pull" : `${pulls} pulls`;
    return [
      {
        kind: "would-refuse",
        verifier: url,
        message: `${hostname}: enforcing now would have refused ${counted} in the last hour; report mode ends on ${reportEnds?.slice(0, 10) ?? "its day"}`,
        next: most.next,
      },
    ];
  });
}

/** One a file, whoever asks for it. */
function oldFileConcerns({ url, hostnames }: VerifierReport): readonly Concern[] {
  const concerns = new Map<string, Concern>();
  for (const { hostname, also } of hostnames) {
    for (const { lock, file = "", fetched, old, team } of also) {
      if (!old || concerns.has(file)) continue;
      const [command, what] =
        lock === "access"
          ? [`access ${team ?? "TEAM"}`, "a token with a newer key"]
          : ["addresses", "a pull from a newer range"];
      const day = fetched?.slice(0, 10) ?? "a day long ago";
      concerns.set(file, {
        kind: "old-file",
        verifier: url,
        message: `${file}, which ${hostname} asks for, was fetched on ${day}: ${what} is refused`,
        next: `at the origin, by a timer: pullproof fetch ${command} --out ${shellQuote(file)}`,
      });
    }
  }
  return [...concerns.values()];
}

function endConcerns({ url, now, ends }: VerifierReport, expiringMs: number): readonly Concern[] {
  return ends
    .filter((end) => isExpiring(end, Date.parse(now), expiringMs))
    .map(({ kind, name, notAfter }) => ({
      kind: "expiring",
      verifier: url,
      message: `the ${kind} of ${name} ${left(Date.parse(notAfter) - Date.parse(now))}`,
      next: nextFor(kind, name),
    }));
}

/** A pull certificate that a rotation has left behind ends, and nothing with it. */
function isExpiring({ notAfter, kind, lastSeen }: EndReport, now: number, within: number): boolean {
  if (Date.parse(notAfter) - now >= within) return false;
  return kind !== "pull certificate" || (lastSeen !== null && now - Date.parse(lastSeen) < DAY_MS);
}

/** `ends in 12 days`, `ended`. */
function left(ms: number): string {
  if (ms <= 0) return "has ended";
  const days = Math.floor(ms / DAY_MS);
  return days === 0 ? "ends within a day" : `ends in ${days} ${days === 1 ? "day" : "days"}`;
}

function nextFor(kind: string, name: string): string {
  switch (kind) {
    case "pull certificate":
      return `pullproof rotate ${name}`;
    case "revocation list":
      return "put a newer list in place, then SIGHUP to the verifier";
    case "origin certificate":
      return "renew it, put it in place, then SIGHUP to the verifier";
    default:
      return 'pullproof issue --new-issuer "Own pulls": the next issuer, beside this one';
  }
}
