import type { HostPattern } from "../../../shared/hostname.ts";
import type { NextStep } from "../../observations/plain-words.ts";

/** The command of a next step as it is to be typed here: with the hostname that it is about, and this process's id. */
export function commandFor(
  { command }: NextStep,
  hostname: HostPattern | null,
  pid: number,
): string | null {
  if (command === null) return null;
  const named = hostname === null ? command : command.replace("HOSTNAME", hostname);
  return named.replace("PID", String(pid));
}
