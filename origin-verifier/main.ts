#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { HELP } from "./command/help.ts";
import { readConfigurationFile } from "./command/read-configuration-file.ts";
import { readFlags } from "./command/read-flags.ts";
import { runVerifier } from "./command/run-verifier.ts";

/** The bin `origin-verifier`. Exit codes: 0 stopped as asked, 1 refused to start, 2 wrong usage. */
const asked = readFlags(process.argv.slice(2));
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
    const read = await readConfigurationFile(asked.file, asked.logAccepted);
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

function version(): string {
  // Beside this file's folder in the repository; one further up when it is built into dist/.
  const file = import.meta.url.includes("/dist/") ? "../../package.json" : "../package.json";
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
