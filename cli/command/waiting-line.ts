import type { Speaker } from "../manners/io.ts";

/** One line that turns while something is waited for; on a terminal alone. */
export interface WaitingLine {
  readonly show: (text: string) => void;
  /** Takes it away again. */
  readonly end: () => void;
}

const FRAMES = ["◒", "◐", "◓", "◑"];
const CLEAR_LINE = "\r\u001b[2K";
const TURN = 120;

/**
 * Creates it. Nothing of the terminal is taken over: Ctrl-C stays a signal, which the run answers by itself (a prompt
 * library's spinner ends the process with code 0).
 *
 * @param now milliseconds, of any origin.
 */
export function createWaitingLine(speaker: Speaker, now: () => number): WaitingLine {
  let timer: NodeJS.Timeout | null = null;
  let since = 0;
  let text = "";
  let frame = 0;
  const draw = (): void => {
    const mark = speaker.colours.yellow(FRAMES[frame % FRAMES.length] ?? "");
    const seconds = ` [${Math.floor((now() - since) / 1000)} s]`;
    const room = speaker.columns - seconds.length - 3;
    const shown = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
    frame += 1;
    speaker.text(`${CLEAR_LINE}${mark} ${shown}${speaker.colours.dim(seconds)}`);
  };
  return {
    show: (given) => {
      text = given;
      if (timer !== null) return;
      since = now();
      draw();
      timer = setInterval(draw, TURN);
    },
    end: () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      speaker.text(CLEAR_LINE);
    },
  };
}
