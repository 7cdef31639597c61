import type { Speaker } from "../manners/io.ts";

/** Tells people what is being done while they wait. */
export interface Progress {
  readonly step: (name: string) => void;
  /** Takes the line away again; does nothing the second time. */
  readonly end: () => void;
}

const CLEAR_LINE = "\r\u001b[2K";

/** One line that changes, on a terminal; nothing where there is none: a log file is no place for it. */
export function createProgress(speaker: Speaker): Progress {
  let shown = false;
  return {
    step: (name) => {
      if (!speaker.isTerminal) return;
      shown = true;
      speaker.text(`${CLEAR_LINE}${speaker.colours.dim(`  starting: ${name} ...`)}`);
    },
    end: () => {
      if (shown) speaker.text(CLEAR_LINE);
      shown = false;
    },
  };
}
