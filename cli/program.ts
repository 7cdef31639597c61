import { Command, CommanderError } from "commander";
import { version } from "../origin-verifier/command/version.ts";
import { alertsCommand } from "./command/alerts.ts";
import { applyCommand } from "./command/apply.ts";
import { checkCommand } from "./command/check.ts";
import { devCommand } from "./command/dev.ts";
import { doctorCommand } from "./command/doctor.ts";
import { fetchCommand } from "./command/fetch.ts";
import { initCommand } from "./command/init.ts";
import { issueCommand } from "./command/issue.ts";
import { lintCommand } from "./command/lint.ts";
import { planCommand } from "./command/plan.ts";
import { probeCommand } from "./command/probe.ts";
import { refuseEmptyPaths } from "./command/refuse-empty.ts";
import { renderCommand } from "./command/render.ts";
import { statusCommand } from "./command/status.ts";
import { rotateCommand } from "./command/rotate.ts";
import { EXIT, type EndWith, type ExitCode } from "./manners/exit-code.ts";
import { Failure } from "./manners/failure.ts";
import type { Io } from "./manners/io.ts";
import { reportFindings } from "./manners/report-failure.ts";

const EXIT_CODES = `
Exit codes:
  0  everything is as it should be
  1  problems were found, or an attempt did not end as it should
  2  the command line cannot be understood
  3  wrangler's configuration is left for you to edit: the snippet to paste was printed, and nothing written
  4  something has to happen first that the command may not do, or that takes time: it says what; run it again
  5  what is differs from what the mapping says (plan --detailed-exitcode, check --remote, status)
  6  a certificate is about to expire (check --remote, status)
  7  report mode lets pulls through that enforcing would refuse (status)

stdout is data (--json on every command), stderr is for people. NO_COLOR is honoured.`;

/**
 * Runs one command line, without the name of the program.
 *
 * @returns the exit code; what is wrong has been said on `io` by then. Throws for mistakes of our own alone.
 */
export async function runProgram(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  try {
    await createProgram(io, (given) => (code = given)).parseAsync(args, { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (!(thrown instanceof Failure)) throw thrown;
    reportFindings(thrown.findings, io, args.includes("--json"));
    return thrown.exit;
  }
}

function createProgram(io: Io, endWith: EndWith): Command {
  const program = new Command("pullproof")
    .description("Only your own Worker pulls from your origin.")
    .version(version())
    .addHelpText("after", EXIT_CODES)
    .hook("preAction", (_, command) => refuseEmptyPaths(command));
  for (const command of [
    devCommand(io, endWith),
    checkCommand(io, endWith),
    initCommand(io),
    planCommand(io, endWith),
    applyCommand(io, endWith),
    rotateCommand(io, endWith),
    issueCommand(io),
    fetchCommand(io),
    lintCommand(io, endWith),
    renderCommand(io),
    doctorCommand(io, endWith),
    probeCommand(io, endWith),
    alertsCommand(io, endWith),
    statusCommand(io, endWith),
  ]) {
    program.addCommand(command);
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => io.out.text(text),
      writeErr: (text) => io.err.text(text),
    });
    const path = command === program ? "pullproof" : `pullproof ${command.name()}`;
    command.showHelpAfterError(`next: ${path} --help`);
  }
  return program;
}
