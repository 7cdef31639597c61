import { withoutPaint } from "./parse-event.ts";
import { failure, type Failure } from "../manners/failure.ts";

/** How many of a process's last lines tell why it failed. */
const TAIL = 25;

/** A failure of a process that the local world had started, with the last lines that it said. */
export function processFailure(
  name: string,
  what: string,
  lines: readonly string[],
  next: string,
): Failure {
  const said = lines
    .map(withoutPaint)
    .filter((line) => line.trim() !== "")
    .slice(-TAIL);
  const noise =
    said.length === 0 ? "" : `; it said:\n${said.map((line) => `    ${line}`).join("\n")}`;
  return failure({ message: `${name} ${what}${noise}`, next });
}

/** How a process ended, in words. */
export function endedWith(code: number | null): string {
  if (code === null) return "could not be run";
  return code > 128 ? `was ended by signal ${code - 128}` : `ended with exit code ${code}`;
}
