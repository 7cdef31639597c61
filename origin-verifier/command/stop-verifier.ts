import type { VerifierEvent } from "../events.ts";
import type { GuardedServer } from "../listener/guarded-server.ts";
import type { RunOptions } from "./run-options.ts";

/** The exit code where the deadline, or a second signal, cut something off. */
export const EXIT_CUT_OFF = 4;

/** What is stopped, and how. */
export interface StopOptions {
  readonly server: Pick<GuardedServer, "drain" | "close">;
  readonly run: Pick<RunOptions, "drainDelaySeconds" | "drainDeadlineSeconds">;
  readonly tell: (event: VerifierEvent) => void;
  /** Called when it begins. */
  readonly begin: () => void;
  /** Called when the last pull has been answered. */
  readonly end: () => void;
}

/** The end of the process, step by step. */
export interface Stop {
  /** Begins it; asked for again, ends it at once. */
  readonly stop: () => void;
  /** Ends it at once. */
  readonly now: () => void;
}

/**
 * Makes the end: not ready any more; after the delay no new connections; after the last answer, or at the deadline, over.
 * The delay is for those who send pulls here: until all of them have heard that it is not ready, it goes on accepting.
 */
export function createStop({ server, run, tell, begin, end }: StopOptions): Stop {
  const hurry = Promise.withResolvers<void>();
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    begin();
    tell({ event: "stopping" });
    server.drain();
    if (run.drainDelaySeconds > 0) {
      const delay = Promise.withResolvers<void>();
      const timer = setTimeout(delay.resolve, run.drainDelaySeconds * 1_000);
      await Promise.race([delay.promise, hurry.promise]);
      clearTimeout(timer);
    }
    const cutOff = await server.close(run.drainDeadlineSeconds * 1_000);
    if (cutOff > 0) process.exitCode ??= EXIT_CUT_OFF;
    tell({ event: "stopped", cutOff });
    end();
  };
  const now = (): void => {
    hurry.resolve();
    if (!stopping) void stop();
    void server.close(0);
  };
  return {
    stop: () => {
      if (stopping) now();
      else void stop();
    },
    now,
  };
}
