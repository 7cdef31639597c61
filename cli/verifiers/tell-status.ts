import type { Speaker } from "../manners/io.ts";
import { lasting } from "../plan/words.ts";
import type {
  CertificateReport,
  HostnameReport,
  LockReport,
  VerifierReport,
} from "./verifier-report.ts";

/** Tells people of one verifier. */
export function tellStatus(
  speaker: Speaker,
  report: VerifierReport,
  mapping: "same" | "differs" | "not compared",
): void {
  const { colours } = speaker;
  const now = Date.parse(report.now);
  const since = (time: string | null, none: string): string =>
    time === null ? none : `${lasting(now - Date.parse(time))} ago`;
  const says = {
    same: "the mapping that is here",
    differs: colours.yellow("another mapping than the one that is here"),
    "not compared": "its mapping",
  }[mapping];
  speaker.line(
    `${colours.bold(report.url)}  ${report.ready ? colours.green("ready") : colours.red("not ready")}, version ${report.version}`,
  );
  speaker.line(
    `  watching since ${since(report.watchingSince, "not yet")}; trust ${report.generation}, loaded ${since(report.lastReload, "not yet")}`,
  );
  speaker.line(
    `  decides by ${says}, ${colours.dim(`sha256:${report.mappingDigest.slice(0, 12)}…`)}`,
  );
  for (const warning of report.warnings) speaker.line(`  ${colours.yellow("!")} ${warning}`);
  for (const hostname of report.hostnames) tellHostname(speaker, hostname, now);
}

function tellHostname(speaker: Speaker, at: HostnameReport, now: number): void {
  const { colours } = speaker;
  const pulls =
    at.lastAccepted === null
      ? "no pull accepted yet"
      : `${at.accepted} accepted, the last ${lasting(now - Date.parse(at.lastAccepted))} ago`;
  speaker.line("");
  const level = at.level === null ? "" : `edge, level ${at.level}; `;
  speaker.line(
    `  ${colours.bold(at.hostname)}  ${level}${modeOf(speaker, at, now)}  ${colours.dim(pulls)}`,
  );
  if (at.shared)
    speaker.line(
      `    ${colours.yellow("!")} accepts Cloudflare's shared certificate: any Cloudflare customer can have it presented`,
    );
  if (at.acceptedNames.length > 0)
    speaker.line(
      `    accepts any certificate of its issuer with the name ${at.acceptedNames.join(" or ")}`,
    );
  for (const lock of at.also) speaker.line(`    ${lockLine(speaker, lock, now)}`);
  for (const certificate of at.certificates)
    speaker.line(`    ${certificateLine(speaker, certificate, now)}`);
  if (at.refused.length > 0) {
    speaker.line(`    ${colours.yellow("!")} refused in the last hour:`);
    for (const { lastHour, reason, words: why } of at.refused)
      speaker.line(`      ${lastHour}  ${reason}: ${why}`);
  }
  if (at.mode === "enforce") return;
  if (at.enforcingWouldRefuse.length === 0) {
    speaker.line(
      `    ${colours.green("✓")} enforcing now would have refused no pull of the last hour`,
    );
    return;
  }
  speaker.line(`    ${colours.yellow("!")} enforcing now would have refused, in the last hour:`);
  const width = Math.max(...at.enforcingWouldRefuse.map(({ lastHour }) => String(lastHour).length));
  for (const { lastHour, reason, words: why, next } of at.enforcingWouldRefuse) {
    speaker.line(`      ${String(lastHour).padStart(width)}  ${reason}: ${why}`);
    speaker.line(`      ${" ".repeat(width)}  ${colours.dim("next:")} ${next}`);
  }
}

function modeOf({ colours }: Speaker, { mode, reportEnds }: HostnameReport, now: number): string {
  if (reportEnds === null) return "enforce";
  const day = reportEnds.slice(0, 10);
  return mode === "enforce"
    ? `enforce, since report mode ended on ${day}`
    : colours.yellow(`report until ${day}, for ${lasting(Date.parse(reportEnds) - now)}`);
}

function certificateLine({ colours }: Speaker, one: CertificateReport, now: number): string {
  const { fingerprint, standing, lastSeen, notAfter, refusedSince } = one;
  const mark = standing === "not accepted" ? colours.dim("seen    ") : "accepts ";
  const parts = [
    lastSeen === null ? "not seen" : `last seen ${lasting(now - Date.parse(lastSeen))} ago`,
    ...(refusedSince === null ? [] : [refusedSince]),
    ...(notAfter === null ? [] : [leftOf(Date.parse(notAfter) - now)]),
  ];
  return `${mark} ${fingerprint.slice(0, 15)}…${fingerprint.slice(-4)}  ${parts.join("; ")}`;
}

function lockLine({ colours }: Speaker, lock: LockReport, now: number): string {
  const told = `asks for ${lockWords(lock)} too${ageWords(lock, now)}`;
  return lock.old ? `${colours.yellow("!")} ${told}, which is old` : told;
}

function lockWords({ lock, secrets, team }: LockReport): string {
  switch (lock) {
    case "addresses":
      return "an address of its file";
    case "header":
      return secrets === 2 ? "a secret header (either of two)" : "a secret header";
    case "access":
      return `a token of Access${team === undefined ? "" : ` (${team})`}`;
    default:
      return lock;
  }
}

function ageWords({ fetched }: LockReport, now: number): string {
  if (fetched === undefined) return "";
  if (fetched === null) return "; its file does not say when it was fetched";
  return `; fetched ${lasting(now - Date.parse(fetched))} ago`;
}

function leftOf(ms: number): string {
  return ms <= 0 ? "expired" : `${lasting(ms)} left`;
}
