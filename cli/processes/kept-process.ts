import { fork } from "node:child_process";
import { once } from "node:events";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseKeeperMessage } from "./keeper-message.ts";

/** What to run, and who listens to it. */
export interface KeptCommand {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  /** The whole environment; nothing is inherited beside it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly onLine: (line: string, stream: "stdout" | "stderr") => void;
  /** What the command says over its own IPC channel. */
  readonly onMessage?: (message: unknown) => void;
}

/** A command that lives as long as this process, and not longer. */
export interface KeptProcess {
  /** Process id of the command itself; rejected where it cannot be started. */
  readonly pid: Promise<number>;
  /** Settles when the command and everything it started have ended, and their output is through. Never rejected. */
  readonly ended: Promise<{ readonly code: number | null }>;
  /** Ends it, with everything that it has started. */
  stop(): Promise<void>;
}

/** Milliseconds that the output may lag behind the end. */
const LAST_LINES = 1000;
const KEEPER = fileURLToPath(new URL(`./keeper${extname(import.meta.url)}`, import.meta.url));

/** Runs a command under a keeper. */
export function keepProcess(kept: KeptCommand): KeptProcess {
  const keeper = fork(KEEPER, [...kept.command], {
    cwd: kept.folder,
    env: kept.environment,
    execArgv: [],
    // Not in our group: Ctrl-C at the terminal is for us, who then stop everything in order.
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const pid = Promise.withResolvers<number>();
  // Whoever only waits for the end need not look at the start.
  pid.promise.catch(() => undefined);
  keeper.on("message", (raw) => {
    const message = parseKeeperMessage(raw);
    if (message?.keeper === "spawned") pid.resolve(message.pid);
    if (message?.keeper === "failed") pid.reject(new Error(message.message));
    if (message?.keeper === "message") kept.onMessage?.(message.message);
  });
  const lines = [
    readLines(keeper.stdout, (line) => kept.onLine(line, "stdout")),
    readLines(keeper.stderr, (line) => kept.onLine(line, "stderr")),
  ];
  const ended = endOf(keeper).then(async (code) => {
    // The last lines are on their way; but somebody who left the group on purpose may hold a pipe open for ever.
    await Promise.race([Promise.all(lines), delay(LAST_LINES, undefined, { ref: false })]);
    keeper.stdout?.destroy();
    keeper.stderr?.destroy();
    pid.reject(new Error(`${kept.command[0]} ended before it had started`));
    return { code };
  });
  return {
    pid: pid.promise,
    ended,
    stop: async () => {
      if (keeper.connected) keeper.disconnect();
      await ended;
    },
  };
}

async function endOf(keeper: ReturnType<typeof fork>): Promise<number | null> {
  if (keeper.exitCode !== null) return keeper.exitCode;
  const { promise, resolve } = Promise.withResolvers<number | null>();
  keeper.once("exit", resolve);
  keeper.once("error", () => resolve(null));
  return await promise;
}

async function readLines(stream: Readable | null, onLine: (line: string) => void): Promise<void> {
  if (stream === null) return;
  const reader = createInterface({ input: stream, crlfDelay: Infinity });
  reader.on("line", onLine);
  stream.on("close", () => reader.close());
  await once(reader, "close");
}
