import { InvalidArgumentError, type Command } from "commander";
import { parseVerifierUrl, type VerifierUrl } from "../verifiers/verifier-url.ts";
import { parseDuration } from "./duration.ts";
import { usage } from "./arguments.ts";

/** The flags of every command that looks at Cloudflare and at live verifiers. */
export interface RemoteFlags {
  readonly mapping: string;
  readonly config: string;
  readonly certificates: string;
  readonly verifier: readonly VerifierUrl[];
  readonly quiet: number;
  readonly renewBefore: number;
  readonly assumeAccepted?: boolean;
  readonly assumeQuiet?: boolean;
  readonly json?: boolean;
}

const HOUR = 3_600_000;

/** Adds them. */
export function addRemoteFlags(command: Command): Command {
  return command
    .option("--mapping <file>", "the mapping", "mapping.json")
    .option("--config <file>", "wrangler's configuration", "wrangler.toml")
    .option("--certificates <folder>", "where pull certificates and their keys are", "pki")
    .option(
      "--verifier <url>",
      "a live verifier's --admin address; repeat it for every one (PULLPROOF_ADMIN_TOKEN)",
      addVerifier,
      [],
    )
    .option(
      "--quiet <time>",
      "how long nobody may have pulled with a certificate before it is retired",
      parseDuration,
      24 * HOUR,
    )
    .option(
      "--renew-before <time>",
      "how long before its end a certificate is due",
      parseDuration,
      30 * 24 * HOUR,
    )
    .option(
      "--assume-accepted",
      "with no --verifier: every verifier accepts what the mapping lists",
    )
    .option("--assume-quiet", "with no --verifier: nobody pulls with what is being retired")
    .option("--json", "print it as JSON");
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
