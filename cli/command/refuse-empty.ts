import type { Command } from "commander";
import { usage } from "./arguments.ts";

/**
 * Refuses an empty path: a shell's variable that is not set. It would be the folder one is in, or a file without a name.
 *
 * @throws {Failure} naming the flag.
 */
export function refuseEmptyPaths(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const isEmpty = Array.isArray(value) ? value.includes("") : value === "";
    if (!isEmpty || !/<(?:file|folder|path)>$/.test(option.flags)) continue;
    throw usage(`${option.long} is empty`, `write ${option.flags}, or leave it out`);
  }
}
