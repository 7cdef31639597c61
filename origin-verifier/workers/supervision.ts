import type { AdminToken } from "../admin/admin-token.ts";
import { endsSoon, EXIT_UNSAFE, restartDelay, worstExit, type End } from "./ends.ts";
import type { Machine } from "./machine.ts";
import type { ToSupervisor, ToWorker, WorkerSettings } from "./messages.ts";
import { startWorker, type WorkerEars, type WorkerProcess } from "./worker-process.ts";

/** What workers are supervised with. */
export interface SupervisionOptions {
  readonly count: number;
  readonly machine: Machine;
  /** What each is told first. */
  readonly begin: { readonly port: number; readonly settings: WorkerSettings };
  /** Called when the first worker listens. */
  readonly firstListens: () => void;
  readonly line: (json: string) => void;
  readonly token: (token: AdminToken) => void;
  /** Told of a worker that ended by itself, and is started again. */
  readonly restarting: (
    worker: number,
    pid: number,
    by: number | string,
    againInMs: number,
  ) => void;
  /** Told of a worker that ended before it ever listened, and did not say why. */
  readonly early: (worker: number, end: End) => void;
  /** Called when the last has ended, with the exit code. */
  readonly over: (code: number) => void;
  /** How a worker is started; a test has processes of its own. */
  readonly start?: (ears: WorkerEars) => WorkerProcess;
}

/** The workers of one machine, from the first to the end of the last. */
export interface Supervision {
  readonly begin: () => void;
  readonly reload: () => void;
  /** Has all of them stop; asked for again, at once. */
  readonly stop: () => void;
  /** Has each that can say how it stands; ends when all have, or after a second without the others. */
  readonly ask: () => Promise<void>;
}

const ANSWER_MS = 1_000;

interface Running {
  readonly process: WorkerProcess;
  readonly since: number;
  /** Whether it has said how it stands, and will again. */
  says: boolean;
}

/** Makes it; nothing runs yet. */
export function createSupervision(options: SupervisionOptions): Supervision {
  const { count, machine, start = startWorker } = options;
  const running = new Map<number, Running>();
  /** Those that once listened: they are worth another start. */
  const proven = new Set<number>();
  const soon = new Map<number, number>();
  const restarts = new Map<number, NodeJS.Timeout>();
  const questions = new Map<
    number,
    { readonly open: Set<number>; readonly answered: () => void }
  >();
  const ends: End[] = [];
  let asked = 0;
  let stopping = false;

  const sayAll = (message: ToWorker): void => {
    for (const { process } of running.values()) process.say(message);
  };
  const stop = (): void => {
    stopping = true;
    machine.stopping();
    for (const timer of restarts.values()) clearTimeout(timer);
    sayAll({ do: "stop" });
    if (running.size === 0) options.over(worstExit(ends));
  };
  const answer = (worker: number, question: number | null): void => {
    for (const [number, { open, answered }] of questions) {
      if (question !== null && question !== number) continue;
      open.delete(worker);
      if (open.size === 0) answered();
    }
  };
  const listens = (worker: number): void => {
    if (proven.has(worker)) return;
    proven.add(worker);
    if (proven.size > 1 || stopping) return;
    // The first has shown that it can be done: what keeps it from starting would keep each of them, and is told once.
    options.firstListens();
    for (let other = 1; other <= count; other += 1) if (other !== worker) run(other);
  };
  const hear = (worker: number, message: ToSupervisor): void => {
    if (message.told === "token") {
      options.token(message.token);
      return;
    }
    const one = running.get(worker);
    if (one === undefined) return;
    one.says = true;
    machine.told(worker, message.report);
    if (message.asked !== null) answer(worker, message.asked);
    if (message.report.watchingSince !== null) listens(worker);
  };
  const ended = (worker: number, end: End): void => {
    const one = running.get(worker);
    running.delete(worker);
    machine.ended(worker);
    answer(worker, null);
    if (stopping) {
      ends.push(end);
      if (running.size === 0) options.over(worstExit(ends));
      return;
    }
    if (end.code === EXIT_UNSAFE || !proven.has(worker)) {
      const isSaid = end.code !== 0 && end.code !== null;
      // That it ended so early is a failure, whatever it says itself; and where it says nothing, we do.
      if (!isSaid) options.early(worker, end);
      ends.push(isSaid ? end : { ...end, code: 1 });
      stop();
      return;
    }
    const before = endsSoon(soon.get(worker) ?? 0, performance.now() - (one?.since ?? 0));
    soon.set(worker, before);
    const delay = restartDelay(before);
    options.restarting(worker, one?.process.pid ?? 0, end.code ?? end.signal ?? "", delay);
    restarts.set(
      worker,
      setTimeout(() => run(worker), delay),
    );
  };
  const run = (worker: number): void => {
    const process = start({
      line: options.line,
      told: (message) => hear(worker, message),
      ended: (end) => ended(worker, end),
    });
    running.set(worker, { process, since: performance.now(), says: false });
    machine.began(worker, process.pid);
    process.say({ do: "begin", worker, ...options.begin });
  };

  return {
    begin: () => run(1),
    reload: () => sayAll({ do: "reload" }),
    stop,
    ask: () => {
      const open = new Set([...running].filter(([, { says }]) => says).map(([worker]) => worker));
      if (open.size === 0) return Promise.resolve();
      asked += 1;
      const question = asked;
      return new Promise((resolve) => {
        const answered = (): void => {
          clearTimeout(timer);
          questions.delete(question);
          resolve();
        };
        const timer = setTimeout(answered, ANSWER_MS);
        questions.set(question, { open, answered });
        const live = machine.live();
        for (const worker of open)
          running.get(worker)?.process.say({ do: "report", asked: question, live });
      });
    },
  };
}
