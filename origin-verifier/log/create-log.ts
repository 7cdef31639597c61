import { pino, type DestinationStream } from "pino";
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

/** Makes the log. In JSON nothing that a peer wrote can pass for a line of its own. */
export async function createLog(format: LogFormat, colours: boolean): Promise<Log> {
  const stdout = pino.destination({ dest: 1, sync: true });
  const logger = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    format === "json" ? stdout : await prettyStream(stdout, colours),
  );
  const limiter = createRefusalLimiter(() => performance.now());
  const write = (line: LogLine): void => logger[levelOf(line)](line);
  const tellOmitted = (): void => {
    for (const line of limiter.takeOmitted()) write(line);
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
      stdout.flushSync();
    },
  };
}

/** Loaded where it is needed alone. In this process and in step: a worker's last lines are lost when the process ends. */
async function prettyStream(
  stdout: DestinationStream,
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
      return plainLine(line as unknown as LogLine, emphasis);
    },
  });
  return { write: (json) => stdout.write(format(json)) };
}
