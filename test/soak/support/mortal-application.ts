import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** An application that is killed in the middle of whatever it does, and comes back on the same port. */
export interface MortalApplication {
  readonly port: number;
  /** How often it was killed. */
  readonly killed: () => number;
  /** SIGKILL, and a new process as soon as the old one is gone; resolves when that one listens. */
  readonly killAndRestart: () => Promise<void>;
  /**
   * Whether the application was away at any time since `since` (milliseconds of `performance.now()`). A pull that began
   * then may fail: the verifier cannot answer for an application that is dead.
   */
  readonly wasAwaySince: (since: number) => boolean;
  readonly end: () => Promise<void>;
}

const PROGRAM = path.join(import.meta.dirname, "application-program.ts");

/** Starts it. */
export async function startMortalApplication(): Promise<MortalApplication> {
  let [child, port] = await start(0);
  let killed = 0;
  let [away, back] = [false, Number.NEGATIVE_INFINITY];
  const kill = async (): Promise<void> => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return {
    port,
    killed: () => killed,
    killAndRestart: async () => {
      away = true;
      killed += 1;
      await kill();
      [child, port] = await start(port);
      back = performance.now();
      away = false;
    },
    wasAwaySince: (since) => away || back > since,
    end: kill,
  };
}

async function start(port: number): Promise<[ChildProcess, number]> {
  const child = spawn(process.execPath, [PROGRAM, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return [child, Number(line.toString())];
}
