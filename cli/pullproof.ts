#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { checkCommand } from "./command/check.ts";
import { devCommand } from "./command/dev.ts";
import { issueCommand } from "./command/issue.ts";
import { EXIT } from "./manners/exit-code.ts";
import { Failure } from "./manners/failure.ts";
import { processIo, type Io } from "./manners/io.ts";
import { reportFindings } from "./manners/report-failure.ts";

const EXIT_CODES = `
Exit codes:
  0  everything is as it should be
  1  problems were found, or an attempt did not end as it should
  2  the command line cannot be understood

stdout is data (--json on every command), stderr is for people. NO_COLOR is honoured.`;

function createProgram(io: Io): Command {
  const program = new Command("pullproof")
    .description("Only your own Worker pulls from your origin.")
    .addHelpText("after", EXIT_CODES);
  for (const command of [devCommand(io), checkCommand(io), issueCommand(io)]) {
    // Inherited settings are copied when a command is made by its parent, not when it is added.
    program.addCommand(command.copyInheritedSettings(program));
  }
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    const path = command === program ? "pullproof" : `pullproof ${command.name()}`;
    command.showHelpAfterError(`next: ${path} --help`);
  }
  return program;
}

async function main(io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync();
    return Number(process.exitCode ?? EXIT.fine);
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.fine : EXIT.usage;
    if (!(thrown instanceof Failure)) throw thrown;
    reportFindings(thrown.findings, io, process.argv.includes("--json"));
    return thrown.exit;
  }
}

// exitCode, not exit(): what was written to a pipe still has to leave.
process.exitCode = await main(processIo());
