import { writeSync } from "node:fs";
import { pino } from "pino";

/** What may wait while stdout takes nothing: some thousands of lines. */
const WAITING_AT_MOST = 1024 * 1024;

/** Where the lines of the log leave the process. */
export interface KeptLines {
  readonly write: (line: string) => void;
  /** Writes what waits, where lines can be written. */
  readonly flush: () => void;
  /** Lines that were lost since it was asked last. */
  readonly takeLost: () => number;
}

/**
 * Opens a descriptor for lines. Whoever can fill the disk under a log (a stranger's refusals are lines of it) must not end the process
 * by it: lines that cannot be written wait, up to a bound, and those beyond it are counted.
 *
 * @param descriptor stdout.
 * @param tell says once, each time that it begins, that lines cannot be written.
 */
export function openKeptLines(descriptor: number, tell: (why: string) => void): KeptLines {
  const destination = pino.destination({
    dest: descriptor,
    sync: true,
    maxLength: WAITING_AT_MOST,
    // Each line is written as it comes; with 0, what waits could not be tried again.
    minLength: 1,
  });
  let isFailing = false;
  let lost = 0;
  destination.on("error", (error: NodeJS.ErrnoException) => {
    if (isFailing) return;
    isFailing = true;
    tell(error.code ?? error.message);
  });
  destination.on("write", () => {
    isFailing = false;
  });
  destination.on("drop", () => {
    lost += 1;
    // A line that there is room for tries again by itself.
    destination.flush();
  });
  return {
    write: (line) => {
      destination.write(line);
    },
    flush: () => {
      // Where it fails, to flush would throw and leave what waits behind.
      if (!isFailing) destination.flushSync();
    },
    takeLost: () => {
      if (isFailing) return 0;
      const count = lost;
      lost = 0;
      return count;
    },
  };
}

/** Says it on stderr, which may be on the same disk. */
export function tellOnStderr(why: string): void {
  try {
    writeSync(2, `origin-verifier: the log cannot be written (${why}); it goes on without\n`);
  } catch {
    // Nobody is left to tell.
  }
}
