import type { Hostname } from "../../shared/hostname.ts";
import type { CertificateAndKey } from "../certificates/certificate-and-key.ts";
import { daysUntil } from "../certificates/validity.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { lint } from "../lint/lint.ts";
import type { Level } from "../lint/lint-finding.ts";
import { refuseIfAny } from "../manners/failure.ts";
import type { Io } from "../manners/io.ts";
import { tellLint } from "./lint.ts";

/** What was made; the key is absent where somebody else has it. */
export type Made = Omit<CertificateAndKey, "key"> & Partial<Pick<CertificateAndKey, "key">>;

/** Writes `STEM.pem` and, where there is one, `STEM.key`; both or neither, and over nothing. */
export function writeMade(stem: string, { certificate, key }: Made, dryRun: boolean): void {
  writeFiles(
    [
      ...(key === undefined ? [] : [{ path: `${stem}.key`, text: key, mode: 0o600 as const }]),
      { path: `${stem}.pem`, text: certificate, mode: 0o644 },
    ],
    "refuse",
    dryRun,
  );
}

/** Says, where it is so, that nothing was written: what was made is gone with this process. */
export function tellDryRun(io: Io, dryRun: boolean): void {
  if (dryRun) io.err.line("nothing was written (--dry-run): another run makes another key");
}

/** Where something is to go, what it is, and what comes next. */
export interface MadeFor {
  readonly stem: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly now: Date;
  readonly next: readonly string[];
}

/** Says what was written: paths, fingerprint, expiry, and the next commands. */
export function tellMade(io: Io, made: Made, { stem, json, dryRun, now, next }: MadeFor): void {
  tellDryRun(io, dryRun);
  const facts = {
    certificate: `${stem}.pem`,
    ...(made.key === undefined ? {} : { key: `${stem}.key` }),
    fingerprint: made.fingerprint,
    notAfter: made.notAfter.toISOString(),
  };
  if (json) {
    io.out.line(JSON.stringify({ ok: true, written: !dryRun, ...facts, next }, null, 2));
    return;
  }
  io.out.line(`certificate  ${facts.certificate}`);
  if (made.key !== undefined) io.out.line(`key          ${stem}.key`);
  io.out.line(`fingerprint  ${facts.fingerprint}`);
  io.out.line(`expires      ${facts.notAfter} (in ${daysUntil(made.notAfter, now)} days)`);
  tellNext(io, next);
}

/** The next commands, for people. */
export function tellNext(io: Io, next: readonly string[]): void {
  for (const step of next) io.err.line(`${io.err.colours.dim("next:")} ${step}`);
}

/**
 * Holds what was just made against everything that Cloudflare or the origin would refuse, before a byte of it is written.
 *
 * @throws {Failure} where it could not be used; warnings are told.
 */
export function lintMade(
  io: Io,
  made: Made,
  given: {
    readonly stem: string;
    readonly hostname: Hostname;
    readonly level: Level;
    readonly now: Date;
  },
): void {
  const { stem, hostname, level, now } = given;
  const { findings } = lint({
    certificate: { file: `${stem}.pem`, text: made.certificate, mode: 0o644 },
    key: made.key === undefined ? null : { file: `${stem}.key`, text: made.key, mode: 0o600 },
    level,
    hostname,
    now: now.getTime(),
  });
  refuseIfAny(findings.filter(({ severity }) => severity === "problem"));
  // Of days that were asked for a moment ago nobody needs to hear.
  tellLint(
    findings.filter(({ rule }) => rule !== "time"),
    io.err,
  );
}
