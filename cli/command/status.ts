import { createHash } from "node:crypto";
import { Command, InvalidArgumentError } from "commander";
import { TOKEN_VARIABLE } from "../../origin-verifier/admin/admin-token.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import { failure } from "../manners/failure.ts";
import type { Io } from "../manners/io.ts";
import { readText } from "../manners/read-text.ts";
import { readAdminToken } from "../verifiers/admin-token.ts";
import { concernsOf, exitFor, type Concern } from "../verifiers/concerns.ts";
import { readStatus } from "../verifiers/read-status.ts";
import { tellStatus } from "../verifiers/tell-status.ts";
import { verifierReport, type VerifierReport } from "../verifiers/verifier-report.ts";
import { parseVerifierUrl, type VerifierUrl } from "../verifiers/verifier-url.ts";
import { parseDays } from "./arguments.ts";

interface StatusFlags {
  readonly verifier: readonly VerifierUrl[];
  readonly mapping?: string;
  readonly expiring: number;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;
const DEFAULT_MAPPING = "mapping.json";

const ABOUT = `
Asks each verifier's admin listener (--admin), with the token in ${TOKEN_VARIABLE} where
it asks for one: over https, or within this machine (a tunnel is within: ssh -L), never over
plain http to another.

Exit codes, the first that holds:
  0  everything is as it should be
  1  a verifier gives no status, accepts no pulls, or its last reload failed
  2  the command line cannot be understood
  5  a verifier decides by another mapping than the others, or than the one that is here
  7  a hostname is in report mode, and enforcing now would have refused pulls of the last hour
  6  a certificate or revocation list ends within --expiring days, or a fetched file is old`;

/** `pullproof status`: what live verifiers accept, have seen, and would refuse. Reads, and changes nothing. */
export function statusCommand(io: Io, endWith: EndWith): Command {
  return new Command("status")
    .description("ask live verifiers what they accept, have seen, and would refuse")
    .requiredOption("--verifier <url>", "a verifier's admin listener; again for several", addUrl)
    .option("--mapping <file>", `the mapping to compare with (${DEFAULT_MAPPING}, where it is)`)
    .option("--expiring <days>", "what ends within this many days is told of", parseDays, 14)
    .option("--json", "print everything as JSON")
    .addHelpText("after", ABOUT)
    .action(async (flags: StatusFlags) => {
      const token = readAdminToken(process.env);
      const mappingDigest = digestOf(flags.mapping);
      const read = await Promise.all(
        flags.verifier.map(async (url) => ({
          url,
          status: await readStatus(url, token),
        })),
      );
      const silent = read.flatMap(({ url, status }): Concern[] =>
        status.known
          ? []
          : [{ kind: "no-status", verifier: url, message: status.why, next: status.next }],
      );
      const reports = read.flatMap(({ url, status }) =>
        status.known ? [verifierReport(url, status.value)] : [],
      );
      const mapping = flags.mapping ?? DEFAULT_MAPPING;
      const measures = { mappingDigest, mapping, expiringMs: flags.expiring * DAY_MS };
      const concerns = [...silent, ...concernsOf(reports, measures)];
      tell(io, reports, concerns, mappingDigest, flags.json === true);
      endWith(exitFor(concerns));
    });
}

function tell(
  io: Io,
  reports: readonly VerifierReport[],
  concerns: readonly Concern[],
  mappingDigest: string | null,
  json: boolean,
): void {
  if (json) {
    const ok = exitFor(concerns) === EXIT.fine;
    io.out.line(JSON.stringify({ ok, mappingDigest, verifiers: reports, concerns }, null, 2));
  } else {
    for (const [at, report] of reports.entries()) {
      if (at > 0) io.out.line();
      const same = report.mappingDigest === mappingDigest ? "same" : "differs";
      tellStatus(io.out, report, mappingDigest === null ? "not compared" : same);
    }
  }
  const { colours } = io.err;
  if (concerns.length > 0 && reports.length > 0) io.err.line();
  for (const { kind, verifier, message, next } of concerns) {
    const mark = exitFor([{ kind, verifier, message, next }]) === EXIT.problems;
    io.err.line(`${mark ? colours.red("✗") : colours.yellow("!")} ${verifier}: ${message}`);
    io.err.line(`  ${colours.dim("next:")} ${next}`);
  }
}

/** Null where none was named and none is there: then the verifiers are compared with each other. */
function digestOf(named: string | undefined): string | null {
  const file = named ?? DEFAULT_MAPPING;
  const text = readText(file);
  if (text.ok) return createHash("sha256").update(text.value).digest("hex");
  if (named === undefined) return null;
  const [{ message }] = text.problems;
  throw failure({ file, message, next: "name the mapping with --mapping, or leave it out" });
}

function addUrl(raw: string, before: readonly VerifierUrl[] = []): readonly VerifierUrl[] {
  const url = parseVerifierUrl(raw);
  if (!url.ok) throw new InvalidArgumentError(url.problems[0].message);
  return before.includes(url.value) ? before : [...before, url.value];
}
