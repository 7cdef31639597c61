import { openOutput, type LogOutput } from "../log/create-log.ts";
import type { RunOptions } from "./run-options.ts";

/** Opens stdout for the log: for people on a terminal, in JSON elsewhere, or as it was asked for. */
export function openStdout({ logFormat }: Pick<RunOptions, "logFormat">): Promise<LogOutput> {
  const { stdout } = process;
  const format = logFormat ?? (stdout.isTTY ? "pretty" : "json");
  return openOutput(format, stdout.isTTY && stdout.hasColors());
}
