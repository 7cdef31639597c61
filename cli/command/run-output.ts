import type { RunEvent } from "../apply/run-plan.ts";
import type { Io } from "../manners/io.ts";
import type { PlannedChange } from "../plan/change.ts";
import { describe, hindrances } from "../plan/describe.ts";
import { timeless } from "../plan/timeless.ts";
import { createWaitingLine } from "./waiting-line.ts";

/** Tells people what is done while it is done: on stderr, a line each; what is waited for turns on a terminal. */
export interface RunOutput {
  readonly tell: (event: RunEvent) => void;
  /** What wrangler says. */
  readonly say: (text: string) => void;
  readonly end: () => void;
}

/** Creates it; nothing is written yet. */
export function createRunOutput({ err }: Io, now: () => number): RunOutput {
  const { green, yellow, dim } = err.colours;
  const line = createWaitingLine(err, now);
  let told = "";
  return {
    tell: (event) => {
      if (event.kind === "waiting") {
        // Each state once, with what holds it up; then one line turns, on a terminal.
        const state = timeless(event.waits);
        if (state !== told) {
          line.end();
          err.line(event.waits.map(inLines).join("\n"));
        }
        told = state;
        if (err.isTerminal) line.show("waiting; Ctrl-C leaves it to the next run");
        return;
      }
      line.end();
      told = "";
      const words = describe(event.planned.change);
      if (event.kind === "doing" && err.isTerminal) line.show(words);
      if (event.kind === "done") err.line(`${green("✓")} ${words}`);
      if (event.kind === "left") err.line(`${yellow("!")} ${words}: left as it is (${event.why})`);
    },
    say: (text) => {
      line.end();
      err.text(dim(text));
    },
    end: line.end,
  };

  function inLines({ change }: PlannedChange): string {
    return [
      `${yellow("◦")} ${describe(change)}`,
      ...hindrances(change).map((one) => `  ${one}`),
    ].join("\n");
  }
}
