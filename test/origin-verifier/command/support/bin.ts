import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import type { LogLine } from "../../../../origin-verifier/log/log-line.ts";

/** The bin, as a file. */
export const BIN = join(import.meta.dirname, "../../../../origin-verifier/main.ts");

/** How the bin is run, beside its arguments. */
export interface BinOptions {
  /** Options of Node's own, before the bin. */
  readonly nodeOptions?: readonly string[];
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The bin, running. */
export interface RunningBin {
  readonly pid: number;
  /** Every line of stdout: each is one JSON object, or `events` throws. */
  readonly lines: readonly string[];
  /** The lines, parsed. */
  readonly events: () => readonly LogLine[];
  /** Waits for the nth event of a kind; the first where left out. */
  readonly event: <K extends LogLine["event"]>(
    kind: K,
    nth?: number,
  ) => Promise<Extract<LogLine, { event: K }>>;
  /** The port of a listener, once it listens. */
  readonly port: (listener: "origin" | "admin") => Promise<number>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** The exit code, and what was written to stderr. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Starts the bin as a user does: a process of its own, with arguments. */
export function startBin(
  args: readonly string[],
  { nodeOptions = [], environment = {} }: BinOptions = {},
): RunningBin {
  const child = spawn(process.execPath, [...nodeOptions, BIN, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  const events = (): readonly LogLine[] => lines.map((line) => JSON.parse(line) as LogLine);

  const event: RunningBin["event"] = async (kind, nth = 1) => {
    const found = (): Extract<LogLine, { event: typeof kind }> | undefined =>
      events().filter(
        (each): each is Extract<LogLine, { event: typeof kind }> => each.event === kind,
      )[nth - 1];
    await expect.poll(found, { timeout: 20_000 }).toBeDefined();
    return found() as Extract<LogLine, { event: typeof kind }>;
  };
  const listening = (listener: "origin" | "admin") =>
    events().find((each) => each.event === "listening" && each.listener === listener);

  return {
    pid: child.pid ?? 0,
    lines,
    events,
    event,
    port: async (listener) => {
      await expect.poll(() => listening(listener), { timeout: 20_000 }).toBeDefined();
      const found = listening(listener);
      return found?.event === "listening" ? found.port : 0;
    },
    signal: (signal) => child.kill(signal),
    ended: Promise.all([once(child, "exit"), text(child.stderr), once(reader, "close")]).then(
      ([[code], stderr]) => ({ code: code as number | null, stderr }),
    ),
  };
}

/** Runs the bin to its end: for what it refuses. */
export async function runBin(
  args: readonly string[],
  options?: BinOptions,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const { lines, ended } = startBin(args, options);
  const { code, stderr } = await ended;
  return { code, stdout: lines.join("\n"), stderr };
}
