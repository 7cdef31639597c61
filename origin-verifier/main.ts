#!/usr/bin/env node
import { HELP } from "./command/help.ts";
import { readConfigurationFile } from "./command/read-configuration-file.ts";
import { readFlags } from "./command/read-flags.ts";
import { runVerifier, type RunInput } from "./command/run-verifier.ts";
import { version } from "./command/version.ts";
import { oneProblem } from "./events.ts";
import { digestsOf } from "./watch/digests-of.ts";
import { WORKER_VARIABLE } from "./workers/worker-variable.ts";

/**
 * The bin `origin-verifier`. Exit codes: 0 stopped as asked, 1 refused to start, 2 wrong usage, 3 stopped itself,
 * 4 stopped with something cut off.
 */
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
  case "run": {
    const { configuration: started, run } = asked;
    await start({ started, run, file: null, digests: new Map() });
    break;
  }
  case "run-file": {
    const { file, run } = asked;
    const digests = await digestsOf([file]);
    const read = await readConfigurationFile(file, process.env);
    if (read.ok) await start({ started: read.configuration, run, file, digests });
    else {
      const problems = read.problems.map(oneProblem).join("\n");
      process.stderr.write(
        `${problems}\nnext: correct the file, then start origin-verifier again\n`,
      );
      process.exitCode = 1;
    }
    break;
  }
}

/** Alone, as a worker, or as the supervisor of several: what is not needed is not loaded. */
async function start(input: RunInput): Promise<void> {
  if (process.env[WORKER_VARIABLE] !== undefined) {
    const { runWorker } = await import("./workers/run-worker.ts");
    await runWorker(input);
  } else if (input.started.workers > 1) {
    const { runSupervisor } = await import("./workers/run-supervisor.ts");
    await runSupervisor(input);
  } else await runVerifier(input);
}
