import { Argument, Command, Option } from "commander";
import { daysUntil } from "../certificates/validity.ts";
import { lint, type LintResult } from "../lint/lint.ts";
import { LEVELS, type Level, type LintFinding } from "../lint/lint-finding.ts";
import { readLinted } from "../lint/read-linted.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import { formatFinding } from "../manners/finding.ts";
import type { Io, Speaker } from "../manners/io.ts";
import type { Profile } from "../../origin-verifier/profile/profile.ts";
import { profileOption, readHostname } from "./arguments.ts";
import { shellQuote } from "../manners/shell-quote.ts";

interface LintFlags {
  readonly key?: string;
  readonly for: Level;
  readonly hostname?: string;
  readonly profile: Profile;
  readonly json?: boolean;
}

const UNREADABLE = "name the file of the certificate, and that of its key with --key";

const ABOUT = `
Looks for what Cloudflare or the origin would stumble over, and says for each mistake
what would have happened and what to do. Nothing is changed, and nothing is sent.

Examples:
  pullproof lint pki/shop.example.com.pem --key pki/shop.example.com.key
  pullproof lint pull.pem --key pull.key --for hostname --hostname shop.example.com
  pullproof lint pull.pem --key pull.key --profile fips-approved

Exits 0 where it can be uploaded (warnings are told), 1 where it must not be.`;

/** `pullproof lint`: a certificate and its key, before they are uploaded. */
export function lintCommand(io: Io, endWith: EndWith): Command {
  return new Command("lint")
    .description("look for what Cloudflare or the origin would refuse, before anything is uploaded")
    .addArgument(new Argument("<certificate>", "the pull certificate, PEM; a chain leaf first"))
    .option("--key <file>", "its private key, PEM")
    .addOption(
      new Option(
        "--for <level>",
        "where it goes: the account's store (a Worker's binding), or Authenticated Origin Pulls by hostname or zone",
      )
        .choices(LEVELS)
        .default("store"),
    )
    .option("--hostname <name>", "the hostname that it is to name")
    .addOption(profileOption())
    .option("--json", "print the findings as JSON")
    .addHelpText("after", ABOUT)
    .action((file: string, flags: LintFlags) => {
      const now = new Date();
      const result = lint({
        certificate: readLinted(file, UNREADABLE),
        key: flags.key === undefined ? null : readLinted(flags.key, UNREADABLE),
        level: flags.for,
        hostname: flags.hostname === undefined ? null : readHostname(flags.hostname),
        now: now.getTime(),
        profile: flags.profile,
      });
      const isFine = result.findings.every(({ severity }) => severity === "warning");
      if (!isFine) endWith(EXIT.problems);
      if (flags.json === true) {
        io.out.line(JSON.stringify(asData(result, isFine), null, 2));
        return;
      }
      tellLint(result.findings, io.err);
      tellVerdict(result, file, flags, now, io);
    });
}

/** Tells people what was found: where, what, what would have happened, and what to do. */
export function tellLint(findings: readonly LintFinding[], err: Speaker): void {
  const { red, yellow, dim } = err.colours;
  for (const finding of findings) {
    const mark = finding.severity === "problem" ? red("✗") : yellow("!");
    err.line(`${mark} ${formatFinding(finding)}`);
    err.line(`  ${dim("otherwise:")} ${finding.otherwise}`);
    err.line(`  ${dim("next:")} ${finding.next}`);
  }
}

function asData({ findings, facts }: LintResult, ok: boolean): object {
  return {
    ok,
    findings,
    certificate:
      facts === null
        ? null
        : {
            fingerprint: facts.fingerprint,
            subject: facts.subjectText,
            names: facts.names.dns,
            key: facts.key,
            notAfter: new Date(facts.notAfter).toISOString(),
          },
  };
}

function tellVerdict(
  { findings, facts }: LintResult,
  file: string,
  { for: level, key }: LintFlags,
  now: Date,
  { out, err }: Io,
): void {
  const problems = findings.filter(({ severity }) => severity === "problem").length;
  if (problems > 0 || facts === null) {
    err.line(problems === 1 ? "1 problem." : `${problems} problems.`);
    return;
  }
  const days = daysUntil(new Date(facts.notAfter), now);
  const place = level === "store" ? "the account's store" : `the ${level} level`;
  out.line(
    `${out.colours.green("✓")} ${file}: good for ${place} (${facts.key}, ${days} days left)`,
  );
  out.line(`  fingerprint  ${facts.fingerprint}`);
  if (key === undefined) {
    err.line(
      `${err.colours.dim("next:")} with its key too: pullproof lint ${shellQuote(file)} --key KEY`,
    );
  }
}
