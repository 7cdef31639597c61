import { spawn } from "node:child_process";
import { once } from "node:events";
import { NODE } from "./under-test.ts";
import { waitFor } from "./wait-for.ts";

/** One line of the verifier's log, parsed. */
export interface LogLine {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A verifier's process, seen from outside: what it writes, and how it ends. */
export interface ProcessUnderTest {
  readonly pid: number;
  /** Everything on stdout, as it came. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The whole lines of stdout that are JSON objects. */
  readonly lines: readonly LogLine[];
  /** Waits for the first line that a test likes, from `after` on; fails where the process ends before. */
  readonly line: (
    what: string,
    liked: (line: LogLine) => boolean,
    after?: number,
  ) => Promise<LogLine>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** The exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it at once, where it still runs. */
  readonly kill: () => Promise<void>;
}

/** Starts a program on the Node under test, in an environment that holds nothing but what is said here. */
export function startProcess(
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  binary: string = NODE,
): ProcessUnderTest {
  const child = spawn(binary, argv, {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr, unread] = ["", "", ""];
  let ended = false;
  const lines: LogLine[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    const parts = (unread + text).split("\n");
    unread = parts.pop() ?? "";
    for (const part of parts) {
      const line = parsedLine(part);
      if (line !== null) lines.push(line);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exited = once(child, "close").then(([code]) => {
    ended = true;
    return code as number | null;
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    lines,
    line: (what, liked, after = 0) =>
      waitFor(`a log line: ${what}`, () => {
        const found = lines.slice(after).find((line) => liked(line));
        if (found === undefined && ended)
          throw new Error(`the verifier ended before a log line: ${what}\n${stderr}${stdout}`);
        return found ?? null;
      }),
    signal: (signal) => child.kill(signal),
    exited,
    kill: async () => {
      if (!ended) child.kill("SIGKILL");
      await exited;
    },
  };
}

function parsedLine(text: string): LogLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as LogLine) : null;
  } catch {
    return null;
  }
}
