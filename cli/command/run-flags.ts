import type { Command } from "commander";
import { parseDuration } from "./duration.ts";
import { addRemoteFlags, type RemoteFlags } from "./remote-flags.ts";

/** The flags of the commands that change something. */
export interface RunFlags extends RemoteFlags {
  readonly deploy?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly wait: number;
}

const MINUTE = 60_000;

/** Adds them, and those that it needs to look. */
export function addRunFlags(command: Command): Command {
  return addRemoteFlags(command)
    .option("--deploy", "deploy where it is needed, with the project's own wrangler")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--yes", "do not ask; needed where there is no terminal")
    .option(
      "--wait <time>",
      "how long to wait for Cloudflare and for the verifiers before leaving it to the next run",
      parseDuration,
      5 * MINUTE,
    );
}
