#!/usr/bin/env node
import { HELP } from "./command/help.ts";
import { readConfigurationFile } from "./command/read-configuration-file.ts";
import { readFlags } from "./command/read-flags.ts";
import { runVerifier } from "./command/run-verifier.ts";
import { version } from "./command/version.ts";

/** The bin `origin-verifier`. Exit codes: 0 stopped as asked, 1 refused to start, 2 wrong usage, 3 stopped itself. */
const asked = readFlags(process.argv.slice(2), process.env);
switch (asked.ask) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "version":
    process.stdout.write(`${version()}\n`);
    break;
  case "nothing":
    process.stderr.write(`${asked.problems.join("\n")}\nnext: origin-verifier --help\n`);
    process.exitCode = 2;
    break;
  case "run":
    await runVerifier(asked.configuration);
    break;
  case "run-file": {
    const read = await readConfigurationFile(asked.file, asked.logAccepted, process.env);
    if (read.ok) await runVerifier(read.configuration);
    else {
      process.stderr.write(
        `${read.problems.join("\n")}\nnext: correct the file, then start origin-verifier again\n`,
      );
      process.exitCode = 1;
    }
    break;
  }
}
