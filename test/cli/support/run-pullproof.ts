import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import picocolors from "picocolors";
import type { Speaker } from "../../../cli/manners/io.ts";
import { runProgram } from "../../../cli/program.ts";

const BIN = fileURLToPath(new URL("../../../cli/pullproof.ts", import.meta.url));

/** How a command line ended, and what it said. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in a folder and in this process: all of the bin but its first and last line. */
export async function runIn(folder: string, ...args: readonly string[]): Promise<Ran> {
  const [out, err] = [listen(), listen()];
  const before = process.cwd();
  process.chdir(folder);
  try {
    const { signal: lost } = new AbortController();
    const status = await runProgram(args, { out: out.speaker, err: err.speaker, lost });
    return { status, stdout: out.said(), stderr: err.said() };
  } finally {
    process.chdir(before);
  }
}

function listen(): { readonly speaker: Speaker; readonly said: () => string } {
  const said: string[] = [];
  const speaker: Speaker = {
    line: (line = "") => void said.push(`${line}\n`),
    text: (given) => void said.push(given),
    colours: picocolors.createColors(false),
    isTerminal: false,
    columns: 80,
  };
  return { speaker, said: () => said.join("") };
}

/** Runs the bin as a person would, in a folder, without a terminal. */
export async function runPullproof(
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const child = spawnPullproof(args, folder, environment);
  const ended = once(child, "close");
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)]);
  const [status] = (await ended) as [number | null];
  return { status, stdout, stderr };
}

/** Starts the bin, and leaves the rest to the test. */
export function spawnPullproof(
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    // FORCE_COLOR and friends of whoever runs the tests are not the bin's.
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function read(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? "" : await text(stream);
}
