import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** An example that runs in a process of its own. */
export interface ExampleProgram {
  /** The port that it says it listens on; 0 where it says none. */
  readonly port: number;
  readonly pid: number;
  /** Ends it as a terminal would; the exit code, null where a signal ended it. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts one in a folder of its own, on a port of the system's choice, and waits for its first line. */
export async function startExample(program: string, folder: string): Promise<ExampleProgram> {
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH: process.env["PATH"], PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  const said: string[] = [];
  createInterface(child.stderr).on("line", (line) => said.push(line));
  const first = once(createInterface(child.stdout), "line");
  const line = await Promise.race([first, ended.then(() => null)]);
  if (line === null) throw new Error(`${program} ended:\n${said.join("\n")}`);
  return {
    port: Number(/on port ([0-9]+)$/.exec(String(line[0]))?.[1] ?? 0),
    pid: child.pid ?? 0,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}
