import { LOG_FORMATS, type LogFormat } from "../log/create-log.ts";
import { oneOf } from "./one-of.ts";

/** How the process runs, whatever it serves: told by flags, beside `--config` too. */
export interface RunOptions {
  readonly logAccepted: boolean;
  /** Null: JSON, but for people on a terminal. */
  readonly logFormat: LogFormat | null;
  /** Whether changed files reload by themselves. */
  readonly watch: boolean;
  /** How often the files are looked at, whatever the system tells of them. */
  readonly pollSeconds: number;
  /** From SIGTERM to the end of accepting: for as long as others need to hear that it is not ready any more. */
  readonly drainDelaySeconds: number;
  /** From the end of accepting: what is in flight by then is cut off. */
  readonly drainDeadlineSeconds: number;
}

/** The flags, as `parseArgs` takes them. */
export const RUN_FLAGS = {
  "log-accepted": { type: "boolean" },
  "log-format": { type: "string" },
  "no-watch": { type: "boolean" },
  "watch-poll": { type: "string" },
  "drain-delay": { type: "string" },
  "drain-deadline": { type: "string" },
} as const;

type RunFlags = {
  readonly [Name in keyof typeof RUN_FLAGS]?: (typeof RUN_FLAGS)[Name]["type"] extends "boolean"
    ? boolean | undefined
    : string | undefined;
};

/** What holds where nothing is said, in seconds. */
export const RUN_DEFAULTS = { poll: 60, drainDelay: 0, drainDeadline: 30 } as const;

/** Reads them; null with the problems added. */
export function readRunOptions(flags: RunFlags, problems: string[]): RunOptions | null {
  const before = problems.length;
  const seconds = (name: keyof RunFlags, usual: number, least: number): number => {
    const raw = flags[name];
    if (raw === undefined) return usual;
    const value = /^[0-9]{1,4}$/.test(String(raw)) ? Number(raw) : Number.NaN;
    if (value >= least && value <= MOST_SECONDS) return value;
    problems.push(
      `--${name}: ${JSON.stringify(raw)} is not a number of seconds from ${least} to ${MOST_SECONDS}`,
    );
    return usual;
  };
  const format = flags["log-format"];
  const options: RunOptions = {
    logAccepted: flags["log-accepted"] ?? false,
    logFormat: format === undefined ? null : oneOf(LOG_FORMATS, format, "--log-format", problems),
    watch: flags["no-watch"] !== true,
    pollSeconds: seconds("watch-poll", RUN_DEFAULTS.poll, 1),
    drainDelaySeconds: seconds("drain-delay", RUN_DEFAULTS.drainDelay, 0),
    drainDeadlineSeconds: seconds("drain-deadline", RUN_DEFAULTS.drainDeadline, 0),
  };
  return problems.length > before ? null : options;
}

const MOST_SECONDS = 3_600;
