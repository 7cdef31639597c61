import type { Io } from "../manners/io.ts";

/** How a run hears that it is to stop. */
export interface Stop {
  readonly signal: AbortSignal;
  readonly end: () => void;
}

/** The first signal ends the run between two calls; the second ends the process, which is just as safe. */
export function stopOnSignals(io: Io): Stop {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    io.err.line("\nStopping when the call that is under way is over. Once more: at once.");
    controller.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    end: () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal),
  };
}
