import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { signalGroup } from "../../../cli/processes/process-group.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const BIN = path.join(ROOT, "cli/pullproof.ts");
/** For what an operator waits for in front of a terminal, in milliseconds; a busy machine takes its time. */
const PATIENCE = 120_000;

/** How a command ended, with everything that it said. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running. */
export interface Running {
  /** Waits until it has said something on stderr; throws with what it said where it ends before that. */
  readonly says: (what: string | RegExp) => Promise<void>;
  /** Ctrl-C, as a terminal does it: SIGINT to everything that the command has started, wrangler too. */
  readonly interrupt: () => void;
  readonly ended: Promise<Ran>;
}

/** Somebody in front of a terminal, in the folder of a project. */
export interface Operator {
  readonly start: (...args: readonly string[]) => Running;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  /** Everything that any command has said so far. */
  readonly said: () => string;
  /** Ends what is still running. */
  readonly leave: () => void;
}

/**
 * The real bin, a process for each command, in a group of its own: a terminal's signal goes to a group. Its environment
 * holds what is here alone: no log-in of whoever runs the tests, no proxy. HOME is a folder of its own, so that npx and
 * wrangler find and leave nothing elsewhere.
 */
export function seatOperator(
  project: string,
  home: string,
  environment: Readonly<Record<string, string>>,
): Operator {
  mkdirSync(home, { recursive: true });
  const transcript: string[] = [];
  const groups = new Set<number>();
  const start = (...args: readonly string[]): Running => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: project,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: `${path.join(ROOT, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`,
        HOME: home,
        XDG_CONFIG_HOME: home,
        WRANGLER_LOG_PATH: home,
        // With the banner it would ask a registry for a newer one.
        WRANGLER_HIDE_BANNER: "true",
        NODE_COMPILE_CACHE: path.join(home, "compile-cache"),
        NO_COLOR: "1",
        ...environment,
      },
    });
    const { pid = 0 } = child;
    groups.add(pid);
    const heard = { stdout: "", stderr: "" };
    const listeners = new Set<() => void>();
    let isOver = false;
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        heard[name] += text;
        for (const listener of listeners) listener();
      });
    }
    const ended = once(child, "close").then(([status]) => {
      isOver = true;
      groups.delete(pid);
      transcript.push(`$ pullproof ${args.join(" ")}`, heard.stdout, heard.stderr);
      for (const listener of listeners) listener();
      return { status: status as number | null, ...heard };
    });
    const says = async (what: string | RegExp): Promise<void> => {
      const isSaid = (): boolean =>
        typeof what === "string" ? heard.stderr.includes(what) : what.test(heard.stderr);
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const listener = (): void => {
        if (isSaid() || isOver) resolve(undefined);
      };
      const timer = setTimeout(() => resolve(undefined), PATIENCE);
      listeners.add(listener);
      listener();
      await promise;
      clearTimeout(timer);
      listeners.delete(listener);
      if (!isSaid()) throw new Error(`never said ${what}:\n${heard.stdout}\n${heard.stderr}`);
    };
    return { says, interrupt: () => signalGroup(pid, "SIGINT"), ended };
  };

  return {
    start,
    run: async (...args) => await start(...args).ended,
    said: () => transcript.join("\n"),
    leave: () => {
      for (const group of groups) signalGroup(group, "SIGKILL");
    },
  };
}
