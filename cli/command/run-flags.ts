import type { Command } from "commander";
import { addRemoteFlags, time, type RemoteFlags } from "./remote-flags.ts";

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
    .addOption(
      time("--wait", "how long to wait for Cloudflare and for the verifiers in this run").default(
        5 * MINUTE,
        "5m",
      ),
    );
}
