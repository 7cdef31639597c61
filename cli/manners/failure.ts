import { EXIT, type ExitCode } from "./exit-code.ts";
import { formatFinding, type Finding, type Findings } from "./finding.ts";

/**
 * A command cannot do what it was asked to. Carries everything that is wrong at once, as data: the bin alone turns it
 * into text, JSON and an exit code, so nothing below it ever prints or exits.
 */
export class Failure extends Error {
  readonly findings: Findings;
  readonly exit: ExitCode;

  constructor(findings: Findings, exit: ExitCode = EXIT.problems) {
    super(findings.map(formatFinding).join("\n"));
    this.name = "Failure";
    this.findings = findings;
    this.exit = exit;
  }
}

/** A failure with a single finding; what is not given is empty. */
export function failure(
  finding: Partial<Finding> & Pick<Finding, "message" | "next">,
  exit: ExitCode = EXIT.problems,
): Failure {
  return new Failure([{ file: "", path: "", ...finding }], exit);
}

/** Throws where there are findings. */
export function refuseIfAny(findings: readonly Finding[]): void {
  const [first, ...rest] = findings;
  if (first !== undefined) throw new Failure([first, ...rest]);
}

/** The message of whatever was thrown, on one line; Node's system errors say what and where in theirs. */
export function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.replaceAll(/\s*\n\s*/g, " ").trim();
}

/** The code of a system error (`ENOENT`, `EADDRINUSE`); undefined for anything else. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}
