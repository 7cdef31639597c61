import { spinner } from "@clack/prompts";
import type { RunEvent } from "../apply/run-plan.ts";
import type { Io } from "../manners/io.ts";
import type { PlannedChange } from "../plan/change.ts";
import { describe, hindrances } from "../plan/describe.ts";

/** Tells people what is done while it is done: on stderr, a line each; what is waited for turns on a terminal. */
export interface RunOutput {
  readonly tell: (event: RunEvent) => void;
  /** What wrangler says. */
  readonly say: (text: string) => void;
  readonly end: () => void;
}

/** Creates it; nothing is written yet. */
export function createRunOutput({ err }: Io): RunOutput {
  const { green, yellow, dim } = err.colours;
  let turning: { readonly stop: () => void; readonly message: (text: string) => void } | null =
    null;
  let told = "";
  const stop = (): void => {
    turning?.stop();
    turning = null;
    told = "";
  };
  return {
    tell: (event) => {
      if (event.kind === "waiting") {
        const text = waitsInWords(event.waits);
        if (!err.isTerminal) {
          // A log file wants each state once, not every three seconds.
          if (text !== told) err.line(`${yellow("◦")} ${text}`);
          told = text;
          return;
        }
        if (turning === null) {
          const started = spinner({ indicator: "timer", output: process.stderr });
          started.start(text);
          turning = { stop: () => started.clear(), message: (message) => started.message(message) };
        } else turning.message(text);
        return;
      }
      stop();
      const words = describe(event.planned.change);
      if (event.kind === "done") err.line(`${green("✓")} ${words}`);
      if (event.kind === "left") err.line(`${yellow("!")} ${words}: left as it is (${event.why})`);
    },
    say: (text) => {
      stop();
      err.text(dim(text));
    },
    end: stop,
  };
}

function waitsInWords(waits: readonly PlannedChange[]): string {
  return waits
    .map(({ change }) => {
      const held = hindrances(change);
      return held.length === 0 ? describe(change) : `${describe(change)}: ${held.join("; ")}`;
    })
    .join("; ");
}
