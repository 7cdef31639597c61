import { keepProcess } from "../../cli/processes/kept-process.ts";
import { processTree } from "./process-tree.ts";

/** A process of the benchmark, pinned to cores. It ends with us, however we end. */
export interface PinnedProcess {
  /** It and all that it has started, as of now. */
  readonly pids: () => readonly number[];
  /** What it wrote, the last of it. */
  readonly said: () => string;
  /** The first message or line of its that `found` makes something of. Fails where it ends before, or says nothing for 15 s. */
  readonly hear: <T>(what: string, found: (said: unknown) => T | null) => Promise<T>;
  readonly stop: () => Promise<void>;
}

/** What to start. */
export interface PinnedCommand {
  readonly command: readonly [string, ...string[]];
  readonly cores: readonly number[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 15_000;

/** Starts a process with `taskset`. */
export async function startPinned(start: PinnedCommand): Promise<PinnedProcess> {
  const heard: unknown[] = [];
  const listeners = new Set<(said: unknown) => void>();
  const hearing = (said: unknown): void => {
    heard.push(said);
    if (heard.length > 400) heard.shift();
    for (const listener of listeners) listener(said);
  };
  const { PATH = "/usr/bin:/bin" } = process.env;
  const kept = keepProcess({
    command: ["taskset", "-c", start.cores.join(","), ...start.command],
    folder: start.folder,
    environment: { PATH: `${PATH}:/usr/sbin`, ...start.environment },
    onLine: hearing,
    onMessage: hearing,
  });
  const root = await kept.pid;
  const said = () => heard.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  const name = start.command.join(" ");
  return {
    pids: () => processTree(root),
    said: () => said().join("\n").slice(-4000),
    hear: async (what, found) => {
      const wanted = Promise.withResolvers<NonNullable<ReturnType<typeof found>>>();
      const listener = (one: unknown): void => {
        const it = found(one);
        if (it !== null) wanted.resolve(it as NonNullable<typeof it>);
      };
      listeners.add(listener);
      for (const one of heard) listener(one);
      const fail = (why: string): void =>
        wanted.reject(new Error(`${name}: ${why}, and ${what} was expected\n${said().join("\n")}`));
      void kept.ended.then(() => fail("ended"));
      const timer = setTimeout(fail, PATIENCE_MS, "said nothing more");
      try {
        return await wanted.promise;
      } finally {
        clearTimeout(timer);
        listeners.delete(listener);
      }
    },
    stop: () => kept.stop(),
  };
}
