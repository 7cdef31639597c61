import { Command } from "commander";
import { check } from "../check/check.ts";
import { needsWorker, workerEntries } from "../worker-entries.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import { formatFinding, type Findings } from "../manners/finding.ts";
import type { Io } from "../manners/io.ts";
import { reportFindings } from "../manners/report-failure.ts";
import type { Mapping } from "../../shared/mapping.ts";
import type { Profile } from "../../origin-verifier/profile/profile.ts";
import { profileOption, usage } from "./arguments.ts";
import { runCheckRemote } from "./check-remote.ts";
import { addLookFlags, QUIET, type LookFlags } from "./remote-flags.ts";

interface CheckFlags extends LookFlags {
  readonly mapping: string;
  readonly config: string;
  readonly local: string;
  readonly deploy?: boolean;
  readonly remote?: boolean;
  readonly profile: Profile;
  readonly json?: boolean;
}

const ABOUT = `
Where the edge presents for every hostname there is no Worker, and nothing of wrangler's is asked for.

With --remote nothing is compared but the mapping with what is: both of Cloudflare's stores, the
Worker's deployed versions and bindings, the live verifiers (--verifier, again for each), and the
calendar (--renew-before). Needs CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID. Exits 5 where
something differs (pullproof apply), 6 where a certificate is due (pullproof rotate), 1 where
something is wrong that only you can put right.`;

/** `pullproof check`: compares files with each other; reads, and writes nothing. */
export function checkCommand(io: Io, endWith: EndWith): Command {
  const command = new Command("check")
    .description("compare the mapping, wrangler's configuration, its local twin and the issuers")
    .option("--mapping <file>", "the mapping", "mapping.json")
    .option("--config <file>", "wrangler's configuration", "wrangler.toml")
    .option("--local <file>", "its local twin", "wrangler.local.toml")
    .option("--deploy", "about to deploy: refuse ids that only hold the place of real ones")
    .addOption(profileOption())
    .option("--remote", "compare the mapping with what is instead: Cloudflare, Worker, verifiers");
  return addLookFlags(command)
    .option("--json", "print the problems as JSON")
    .addHelpText("after", ABOUT)
    .action(async (flags: CheckFlags) => {
      if (flags.remote === true) {
        await runCheckRemote(io, endWith, { ...flags, quiet: QUIET });
        return;
      }
      requireRemote(command);
      const { problems, warnings, mapping } = check({
        ...flags,
        deploy: flags.deploy === true,
        now: new Date(),
      });
      for (const warning of warnings) {
        io.err.line(`${io.err.colours.yellow("!")} ${formatFinding(warning)}`);
        io.err.line(`  ${io.err.colours.dim("next:")} ${warning.next}`);
      }
      const [first, ...rest] = problems;
      if (first !== undefined) {
        endWith(EXIT.problems);
        const findings: Findings = [first, ...rest];
        reportFindings(findings, io, flags.json === true);
        const count = findings.length === 1 ? "1 problem" : `${findings.length} problems`;
        io.err.line(`${count}.`);
        return;
      }
      if (flags.json === true) {
        io.out.line(JSON.stringify({ ok: true, problems: [] }, null, 2));
        return;
      }
      io.out.line(`${io.out.colours.green("✓")} ${cleanInWords(mapping, flags)}`);
    });
}

/** What only `--remote` looks at: a watch that forgets that flag would be green for ever. */
function requireRemote(command: Command): void {
  const alone = [
    ["verifier", "--verifier"],
    ["renewBefore", "--renew-before"],
  ].find(([name = ""]) => command.getOptionValueSource(name) === "cli");
  if (alone === undefined) return;
  const [, flag = ""] = alone;
  throw usage(
    `${flag} says where to look, and without --remote nobody looks`,
    "pullproof check --remote",
  );
}

function counted(hostnames: number): string {
  return hostnames === 1 ? "1 hostname" : `${hostnames} hostnames`;
}

/** What was compared, where nothing is wrong. */
function cleanInWords(mapping: Mapping | null, flags: CheckFlags): string {
  if (mapping !== null && !needsWorker(mapping)) {
    const entries = counted(mapping.entries.length);
    return `${entries}, for which the edge presents: ${flags.mapping} and its issuers agree`;
  }
  const entries = counted(mapping === null ? 0 : workerEntries(mapping).length);
  return `${entries}: ${flags.mapping}, ${flags.config} and ${flags.local} agree`;
}
