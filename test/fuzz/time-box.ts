import { defaultReportMessage, type Parameters as Settings } from "fast-check";
import { expect } from "vitest";

/** How long all of it takes: `PULLPROOF_FUZZ_SECONDS`, 60 where nothing is said. */
export const SECONDS: number = Number(process.env["PULLPROOF_FUZZ_SECONDS"] ?? 60);
if (!(SECONDS > 0)) throw new Error("PULLPROOF_FUZZ_SECONDS is not a number of seconds");

/** `PULLPROOF_FUZZ_SEED`, to see again what was found; another one in each run where nothing is said. */
const SEED = Number(process.env["PULLPROOF_FUZZ_SEED"] ?? Date.now() % 2 ** 31);

/** Settings of fast-check for a share of the time. What fails is shrunk, and printed with its seed. */
export function share<T>(ofTheWhole: number, lane = 0): Settings<T> {
  return {
    seed: SEED + lane,
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: SECONDS * ofTheWhole * 1_000,
    // At least some, on the slowest machine and with the least time.
    markInterruptAsFailure: false,
    reporter: (run) => {
      const { currentTestName = "" } = expect.getState();
      process.stdout.write(`${run.numRuns} inputs, seed ${run.seed}: ${currentTestName}\n`);
      if (run.failed) throw new Error(defaultReportMessage(run), { cause: run.errorInstance });
    },
  };
}
