import { InvalidArgumentError, Option, type Command } from "commander";
import { parseVerifierUrl, type VerifierUrl } from "../verifiers/verifier-url.ts";
import { repeated, usage } from "./arguments.ts";
import { parseDuration } from "./duration.ts";

/** The flags of every command that looks at Cloudflare and at live verifiers. */
export interface RemoteFlags extends LookFlags {
  readonly mapping: string;
  readonly config: string;
  readonly quiet: number;
  readonly assumeAccepted?: boolean;
  readonly assumeQuiet?: boolean;
  readonly json?: boolean;
}

/** Those that say where to look, beside the mapping and the configuration. */
export interface LookFlags {
  readonly certificates: string;
  readonly verifier: readonly VerifierUrl[];
  readonly renewBefore: number;
}

const DAY = 86_400_000;
/** Milliseconds of quiet, by default: longer than whatever pulls once a day is silent. */
export const QUIET = DAY;
/** As long before the end as Cloudflare's own first alert. */
export const RENEW_BEFORE = 30 * DAY;

/** Adds all of them. */
export function addRemoteFlags(command: Command): Command {
  const files = command
    .option("--mapping <file>", "the mapping", "mapping.json")
    .option("--config <file>", "wrangler's configuration", "wrangler.toml");
  return addLookFlags(files)
    .addOption(
      time(
        "--quiet",
        "how long nobody may have pulled with a certificate before it is retired",
      ).default(QUIET, "24h"),
    )
    .option(
      "--assume-accepted",
      "with no --verifier: every verifier accepts what the mapping lists",
    )
    .option("--assume-quiet", "with no --verifier: nobody pulls with what is being retired")
    .option("--json", "print it as JSON");
}

/** Adds those that say where to look. */
export function addLookFlags(command: Command): Command {
  return command
    .option("--certificates <folder>", "where pull certificates and their keys are", "pki")
    .addOption(
      repeated(
        "--verifier <url>",
        "a live verifier's --admin address; again for every one (PULLPROOF_ADMIN_TOKEN)",
        addVerifier,
      ),
    )
    .addOption(
      time("--renew-before", "how long before its end a certificate is due").default(
        RENEW_BEFORE,
        "30d",
      ),
    );
}

/** An option that takes a length of time. */
export function time(flag: string, description: string): Option {
  return new Option(`${flag} <time>`, description).argParser(parseDuration);
}

function addVerifier(raw: string, before: readonly VerifierUrl[]): readonly VerifierUrl[] {
  const url = parseVerifierUrl(raw);
  if (url.ok) return before.includes(url.value) ? before : [...before, url.value];
  throw new InvalidArgumentError(url.problems[0].message);
}

/** @throws {Failure} where an assumption stands beside what makes it needless. */
export function refuseAssumptions({ verifier, assumeAccepted, assumeQuiet }: RemoteFlags): void {
  if (verifier.length === 0 || (assumeAccepted !== true && assumeQuiet !== true)) return;
  throw usage(
    "what the verifiers say goes before any assumption",
    "leave out --assume-accepted and --assume-quiet, or --verifier",
  );
}
