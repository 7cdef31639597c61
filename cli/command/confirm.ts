import { confirm } from "@clack/prompts";
import type { Io } from "../manners/io.ts";
import { usage } from "./arguments.ts";

/**
 * Asks whether to go on; where there is no terminal nobody is asked, and nothing is done without `--yes`.
 *
 * @throws {Failure} where nobody can be asked.
 */
export async function mayGoOn(io: Io, yes: boolean, command: string): Promise<boolean> {
  if (yes) return true;
  if (!io.err.isTerminal || !process.stdin.isTTY) {
    throw usage("there is no terminal to ask on, and nothing was done", `${command} --yes`);
  }
  const answer = await confirm({
    message: "Do this?",
    output: process.stderr,
    initialValue: false,
  });
  return answer === true;
}
