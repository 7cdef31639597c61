import type { WriteStream } from "node:tty";
import picocolors from "picocolors";

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
}

/** The process's own streams. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endSilently);
  return { out: speaker(process.stdout), err: speaker(process.stderr) };
}

/**
 * `pullproof ... | head` closes stdout early, and a terminal window that is closed takes both along: that is the reader's
 * right, and no error. Whatever is running then ends with this process.
 */
function endSilently(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  process.exit();
}

function speaker(stream: WriteStream): Speaker {
  return {
    line: (text = "") => void stream.write(`${text}\n`),
    text: (text) => void stream.write(text),
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
