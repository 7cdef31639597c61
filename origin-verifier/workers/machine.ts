import type { WorkerStatus } from "../admin/status.ts";
import type { MetricSources, ProcessUsage } from "../metrics/metric-sources.ts";
import { ownUsage } from "../metrics/metric-sources.ts";
import type { Listener, Observed } from "../observations/observations.ts";
import { createRecentEvents } from "../observations/recent-events.ts";
import type { TrustFacts } from "../trust/trust.ts";
import { differencesOf } from "./differences.ts";
import { addEnded, mergeElsewhere, mergeHostnames, type Ended } from "./merge-counted.ts";
import { mergeHistory } from "./merge-history.ts";
import { mergeTrust } from "./merge-trust.ts";
import type { WorkerReport } from "./worker-report.ts";

/** One process that accepts pulls, or is going to again. */
interface Known {
  pid: number | null;
  report: WorkerReport | null;
}

/**
 * What the processes of this machine said last, and all of it as one. What is told as done is done by all of them: ready when
 * all are, watching since the last of them began, and not at all while one is missing.
 */
export interface Machine extends Pick<MetricSources, "connections"> {
  readonly observed: Observed;
  /** Null before the first report. */
  readonly trust: () => TrustFacts | null;
  readonly distributions: () => readonly object[];
  /** Of the supervisor and its workers together. */
  readonly usage: () => ProcessUsage;
  readonly workers: () => readonly WorkerStatus[];
  /** A worker was started: nothing is known of it yet. */
  readonly began: (worker: number, pid: number) => void;
  /** A worker says how it stands. */
  readonly told: (worker: number, report: WorkerReport) => void;
  /** A worker has ended: what it counted stays counted. */
  readonly ended: (worker: number) => void;
  /** Not ready from now on. */
  readonly stopping: () => void;
  /** Whether somebody looks on. */
  readonly live: () => boolean;
}

/** Knows nothing yet. @param onLook told when somebody begins to look on. */
export function createMachine(count: number, now: () => number, onLook: () => void): Machine {
  const known = new Map<number, Known>();
  for (let worker = 1; worker <= count; worker += 1) known.set(worker, { pid: null, report: null });
  const recent = createRecentEvents();
  const listeners = new Set<Listener>();
  let gone: Ended | null = null;
  let stopping = false;
  let id = 0;

  const reports = (): readonly WorkerReport[] =>
    [...known.values()].flatMap(({ report }) => (report === null ? [] : [report]));
  const counted = () => [...reports(), ...(gone === null ? [] : [gone])];
  const total = (of: (one: Ended) => number): number =>
    counted().reduce((sum, one) => sum + of(one), 0);
  const isWhole = (): boolean => reports().length === count;
  const differences = (): readonly string[] =>
    differencesOf([...known].map(([worker, { report }]) => ({ worker, says: report })));

  const observed: Observed = {
    ready: () => !stopping && isWhole() && reports().every(({ ready }) => ready),
    watchingSince: () => {
      const since = reports().map(({ watchingSince }) => watchingSince);
      return !isWhole() || since.includes(null)
        ? null
        : Math.max(...since.map((time) => time ?? 0));
    },
    trustHistory: () =>
      mergeHistory(
        reports().map(({ history }) => history),
        total(({ reloadFailures }) => reloadFailures),
        differences(),
      ),
    handshakesFailed: () => total(({ handshakesFailed }) => handshakesFailed),
    hostnames: () => {
      // Of the mapping as it is: what it no longer names is told by nobody who goes on.
      const named = new Set(reports().flatMap(({ hostnames }) => [...hostnames.keys()]));
      return new Map([...mergeHostnames(counted(), now())].filter(([name]) => named.has(name)));
    },
    elsewhere: () => mergeElsewhere(counted(), now()),
    recent: recent.all,
    lastId: () => id,
    subscribe: (listener) => {
      listeners.add(listener);
      onLook();
      return () => listeners.delete(listener);
    },
  };

  return {
    observed,
    trust: () => {
      const [first, ...others] = reports().map(({ trust }) => trust);
      return first === undefined ? null : mergeTrust([first, ...others]);
    },
    connections: () => reports().reduce((sum, { connections }) => sum + connections, 0),
    distributions: () => counted().map(({ distribution }) => distribution),
    usage: () =>
      [ownUsage(), ...reports().map(({ usage }) => usage)].reduce((sum, one) => ({
        bytes: sum.bytes + one.bytes,
        cpuSeconds: sum.cpuSeconds + one.cpuSeconds,
      })),
    workers: () => [...known].map(([worker, one]) => statusOfWorker(worker, one)),
    began: (worker, pid) => void known.set(worker, { pid, report: null }),
    told: (worker, report) => {
      const one = known.get(worker);
      if (one === undefined) return;
      one.report = report;
      for (const { told, times } of report.happened) {
        id += 1;
        const renumbered = { ...told, id };
        const { event } = renumbered;
        if (event.event !== "pull-accepted") recent.add({ ...renumbered, event });
        for (const listener of listeners) listener(renumbered, times);
      }
    },
    ended: (worker) => {
      const report = known.get(worker)?.report ?? null;
      if (report !== null) gone = addEnded(gone, report, now());
      known.set(worker, { pid: null, report: null });
    },
    stopping: () => {
      stopping = true;
    },
    live: () => listeners.size > 0,
  };
}

function statusOfWorker(worker: number, { pid, report }: Known): WorkerStatus {
  const since = report?.watchingSince ?? null;
  return {
    worker,
    pid,
    ready: report?.ready ?? false,
    watchingSince: since === null ? null : new Date(since).toISOString(),
    generation: report?.trust.generation ?? null,
    mappingDigest: report?.trust.mappingDigest ?? null,
  };
}
