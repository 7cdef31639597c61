import type { WriteStream } from "node:tty";
import picocolors from "picocolors";
import { EXIT } from "./exit-code.ts";
import { messageOf } from "./failure.ts";

/** The colours of one stream: each a function from text to text, which changes nothing where there are none. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** One of the two streams that a command speaks on. */
export interface Speaker {
  /** Writes a line, or several. */
  line(text?: string): void;
  /** Writes just that. */
  text(text: string): void;
  readonly colours: Colours;
  readonly isTerminal: boolean;
  /** Width of the terminal; 80 where there is none. */
  readonly columns: number;
}

/** Where a command speaks: data on `out`, everything for people on `err`. */
export interface Io {
  readonly out: Speaker;
  readonly err: Speaker;
  /** Aborted when either can no longer be written to. What would run until it is told to stop ends then. */
  readonly lost: AbortSignal;
}

/** The process's own streams. */
export function processIo(): Io {
  const lost = new AbortController();
  const onLost = (error: NodeJS.ErrnoException): void => {
    lost.abort();
    if (error.code !== "EPIPE" && error.code !== "EIO") tellUnwritable(error);
  };
  return {
    out: speaker(process.stdout, onLost),
    err: speaker(process.stderr, onLost),
    lost: lost.signal,
  };
}

/** A full disk cuts off data that somebody relies on: the command does what it was asked to, but never ends with 0. */
function tellUnwritable(error: NodeJS.ErrnoException): void {
  process.once("exit", () => {
    if (process.exitCode === undefined || process.exitCode === EXIT.fine)
      process.exitCode = EXIT.problems;
  });
  process.stderr.write(`✗ the output cannot be written (${messageOf(error)})\n`);
}

/**
 * `pullproof ... | head` closes stdout early, and a terminal window that is closed takes both along: that is the reader's
 * right, and no error. What is said from then on is dropped; the command goes on to its own end, for what it changes must
 * not stay half done.
 */
function speaker(stream: WriteStream, onLost: (error: NodeJS.ErrnoException) => void): Speaker {
  let isLost = false;
  // Stays: what was on its way when the stream was lost fails as well.
  stream.on("error", (error) => {
    if (!isLost) {
      isLost = true;
      onLost(error);
    }
  });
  const write = (text: string): void => {
    if (!isLost) stream.write(text);
  };
  return {
    line: (text = "") => write(`${text}\n`),
    text: write,
    colours: picocolors.createColors(wantsColours(stream)),
    isTerminal: stream.isTTY,
    columns: stream.isTTY ? stream.columns : 80,
  };
}

// https://no-color.org: any value but the empty one. FORCE_COLOR is its opposite, and gives way to it.
function wantsColours(stream: WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0") return true;
  return stream.isTTY && TERM !== "dumb";
}
