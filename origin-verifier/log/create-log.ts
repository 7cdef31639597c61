import { pino, type DestinationStream } from "pino";
import { openKeptLines, tellOnStderr } from "./kept-lines.ts";
import { createRefusalLimiter } from "./limit-refusals.ts";
import { levelOf, type LogLine } from "./log-line.ts";
import { plainLine, type Emphasis } from "./plain-line.ts";

/** How the log looks: one JSON object a line, or lines for people. */
export const LOG_FORMATS = ["json", "pretty"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The log of the process, on stdout. */
export interface Log {
  readonly write: (line: LogLine) => void;
  /** Writes what is still to be said. What was written is on stdout already: nothing here waits. */
  readonly end: () => void;
}

/** How often it is told how many refusals were not logged one by one. */
const OMITTED_EVERY_MS = 1_000;

/** Where lines go: each is given as JSON with its line break, and stands there in the format that was asked for. */
export interface LogOutput {
  readonly write: (json: string) => void;
  readonly flush: () => void;
  /** Lines that could not be written, and were not kept, since it was asked last. */
  readonly takeLost: () => number;
}

/** Opens stdout. */
export async function openOutput(format: LogFormat, colours: boolean): Promise<LogOutput> {
  const stdout = openKeptLines(1, tellOnStderr);
  const lines = format === "json" ? stdout : await prettyStream(stdout, colours);
  return {
    write: (json) => {
      lines.write(json);
    },
    flush: stdout.flush,
    takeLost: stdout.takeLost,
  };
}

/**
 * Makes the log. In JSON nothing that a peer wrote can pass for a line of its own.
 *
 * @param worker which of several processes this is, said in each line; null where it is the only one.
 */
export function createLog(output: LogOutput, worker: number | null): Log {
  const logger = pino(
    { base: worker === null ? null : { worker }, timestamp: pino.stdTimeFunctions.isoTime },
    output,
  );
  const limiter = createRefusalLimiter(() => performance.now());
  const write = (line: LogLine): void => logger[levelOf(line)](line);
  const tellOmitted = (): void => {
    for (const line of limiter.takeOmitted()) write(line);
    const lost = output.takeLost();
    if (lost > 0) write({ event: "lines-lost", count: lost });
  };
  const timer = setInterval(tellOmitted, OMITTED_EVERY_MS);
  timer.unref();
  return {
    write: (line) => {
      if (limiter.admits(line)) write(line);
    },
    end: () => {
      clearInterval(timer);
      tellOmitted();
      output.flush();
    },
  };
}

/** Loaded where it is needed alone. In this process and in step: a worker's last lines are lost when the process ends. */
async function prettyStream(
  stdout: Pick<DestinationStream, "write">,
  colours: boolean,
): Promise<DestinationStream> {
  const { prettyFactory } = await import("pino-pretty");
  const format = prettyFactory({
    colorize: colours,
    customColors: "info:green,warn:yellow,error:red,message:reset",
    translateTime: "SYS:HH:MM:ss.l",
    hideObject: true,
    messageFormat: (line, _key, _label, { colors }) => {
      const emphasis: Emphasis = { strong: colors.bold, faint: colors.dim };
      // Written by `write` above, and read from its own JSON.
      const text = plainLine(line as unknown as LogLine, emphasis);
      const { worker } = line as { worker?: unknown };
      return typeof worker === "number" ? `worker ${worker}: ${text}` : text;
    },
  });
  return { write: (json) => stdout.write(format(json)) };
}
