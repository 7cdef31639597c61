import { fork, spawnSync, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Mark, Order, Report, Target, Work } from "./messages.ts";

/** The processes that pull, together as one. */
export interface Loaders {
  /** Starts work; settles when every connection of it was answered once. */
  readonly start: (work: Work, target: Target) => Promise<void>;
  /** What all of them did so far: counts and CPU added up, the clock of the first. */
  readonly mark: () => Promise<Mark>;
  readonly stop: () => Promise<void>;
  readonly close: () => void;
}

const PROGRAM = fileURLToPath(new URL("./loader.ts", import.meta.url));
/** More than these never have enough to do. */
const MOST = 3;
const PATIENCE_MS = 60_000;

/** Starts them: one for each core that is there for load, and the application shares these cores. */
export function startLoaders(cores: readonly number[]): Loaders {
  const count = Math.min(MOST, cores.length);
  // What went wrong while nobody asked is told to whoever asks next.
  const failures = new Map<ChildProcess, string>();
  const children = Array.from({ length: count }, () => {
    const child = fork(PROGRAM, { execArgv: [] });
    pin(child, cores);
    child.on("message", (raw) => {
      const report = raw as Report;
      if (report.report === "failed") failures.set(child, report.why);
    });
    return child;
  });
  return {
    start: async (work, target) => {
      const parts = divide(work, count);
      failures.clear();
      await Promise.all(
        parts.map((part, at) => ask(children[at], { order: "start", work: part, target }, "ready")),
      );
    },
    mark: async () => {
      const reports = await Promise.all(
        children.map((child) => ask(child, { order: "mark" }, "mark")),
      );
      const [why] = failures.values();
      if (why !== undefined) throw new Error(why);
      const marks = reports.map((report) => (report as { mark: Mark }).mark);
      return {
        at: marks[0]?.at ?? Number.NaN,
        done: marks.reduce((sum, { done }) => sum + done, 0),
        cpu: marks.reduce((sum, { cpu }) => sum + cpu, 0),
        latencies: marks.flatMap(({ latencies }) => latencies),
      };
    },
    stop: async () => {
      // Whose loader ended has heard so from whatever was asked before.
      const stopping = children.map((child) => ask(child, { order: "stop" }, "stopped"));
      await Promise.allSettled(stopping);
    },
    close: () => {
      for (const child of children) if (child.connected) child.disconnect();
    },
  };
}

/** Each its share. */
function divide(work: Work, count: number): readonly Work[] {
  if (count === 1) return [work];
  return Array.from({ length: count }, (_, at) => {
    const connections =
      Math.floor(((at + 1) * work.connections) / count) -
      Math.floor((at * work.connections) / count);
    return work.kind === "steady"
      ? { ...work, connections, perSecond: (work.perSecond * connections) / work.connections }
      : { ...work, connections };
  });
}

function ask(
  child: ChildProcess | undefined,
  order: Order,
  until: Report["report"],
): Promise<Report> {
  return new Promise((done, fail) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child?.off("message", onMessage).off("exit", onExit);
      act();
    };
    const onMessage = (raw: unknown): void => {
      const report = raw as Report;
      if (report.report === "failed") settle(() => fail(new Error(report.why)));
      else if (report.report === until) settle(() => done(report));
    };
    const onExit = (): void => settle(() => fail(new Error("a loader ended")));
    const late = (): void => settle(() => fail(new Error(`a loader was not ${until} in time`)));
    const timer = setTimeout(late, PATIENCE_MS);
    child?.on("message", onMessage).on("exit", onExit);
    // Told by its callback: without one, a channel that is closed is an error of the whole process.
    if (child?.connected) child.send(order, (error) => error && onExit());
    else onExit();
  });
}

function pin(child: ChildProcess, cores: readonly number[]): void {
  const { status, stderr } = spawnSync("taskset", ["-acp", cores.join(","), String(child.pid)], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`taskset: ${stderr}`);
}
