import { runVerifier, type RunInput } from "../command/run-verifier.ts";
import { meetSupervisor } from "./supervisor-link.ts";
import { WORKER_VARIABLE } from "./worker-variable.ts";

/** Runs the verifier as one of several. What is not reloaded it takes from its supervisor, as all of them do. */
export async function runWorker(input: RunInput): Promise<void> {
  const supervisor = await meetSupervisor();
  if (supervisor === null) {
    process.stderr.write(
      `${WORKER_VARIABLE} is set, which origin-verifier --workers alone does\nnext: unset ${WORKER_VARIABLE}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const started = { ...input.started, ...supervisor.settings };
  await runVerifier({ ...input, started, supervisor });
  // It did not come to listen: nothing else holds the process.
  if (process.exitCode !== undefined) supervisor.end();
}
