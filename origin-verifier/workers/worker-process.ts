import { fork } from "node:child_process";
import type { End } from "./ends.ts";
import type { ToSupervisor, ToWorker } from "./messages.ts";
import { createWholeLines } from "./whole-lines.ts";
import { WORKER_VARIABLE } from "./worker-variable.ts";

/** A worker, as its supervisor has it. */
export interface WorkerProcess {
  readonly pid: number;
  /** Says something to it; nothing happens where it is ending. */
  readonly say: (message: ToWorker) => void;
}

/** What a supervisor hears of a worker. */
export interface WorkerEars {
  /** One line of its log, as JSON. */
  readonly line: (json: string) => void;
  readonly told: (message: ToSupervisor) => void;
  /** Called once, after the last line. */
  readonly ended: (end: End) => void;
}

/** Starts one: this same program, with the same arguments and the same options of Node's. */
export function startWorker({ line, told, ended }: WorkerEars): WorkerProcess {
  const child = fork(process.argv[1] ?? "", process.argv.slice(2), {
    env: { ...process.env, [WORKER_VARIABLE]: String(process.pid) },
    // Maps and sets go as they are.
    serialization: "advanced",
    // Its log comes through here: on a pipe that several write to, only lines below 4 KiB stay whole (PIPE_BUF).
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  child.stdout?.setEncoding("utf8").on("data", createWholeLines(line));
  child.on("message", (message) => told(message as ToSupervisor));
  let isOver = false;
  const end = (code: number | null, signal: NodeJS.Signals | null): void => {
    if (isOver) return;
    isOver = true;
    ended({ code, signal });
  };
  child.on("close", end);
  // It could not be started at all, or said nothing: its end tells.
  child.on("error", () => {
    if (child.pid === undefined) end(1, null);
  });
  return {
    pid: child.pid ?? 0,
    say: (message) => {
      if (child.connected) child.send(message, () => {});
    },
  };
}
