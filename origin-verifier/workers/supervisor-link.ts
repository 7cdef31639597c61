import type { AdminToken } from "../admin/admin-token.ts";
import { createGathering } from "../admin/console/happenings.ts";
import type { VerifierEvent } from "../events.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import { createObservations } from "../observations/observations.ts";
import type { FileDigests } from "../trust/read-file.ts";
import type { Trust } from "../trust/trust.ts";
import type { ToSupervisor, ToWorker, WorkerSettings } from "./messages.ts";
import { WORKER_VARIABLE } from "./worker-variable.ts";
import { reportOf } from "./worker-report.ts";

/** What a worker hears from its supervisor, and tells it, in place of signals and an admin listener of its own. */
export interface SupervisorLink {
  readonly worker: number;
  readonly port: number;
  readonly settings: WorkerSettings;
  readonly onReload: (listener: () => void) => void;
  /** Also where the supervisor is gone: nobody is left to say how this worker does, or to stop it. */
  readonly onStop: (listener: () => void) => void;
  /** Begins to observe; returns the ear for every event. */
  readonly observe: (sources: ObservedProcess) => (event: VerifierEvent) => void;
  readonly tellToken: (token: AdminToken) => void;
  /** Says the last word, and lets the process end. */
  readonly end: () => void;
}

/** What a worker is, to those who look at it. */
export interface ObservedProcess {
  /** Null before there is one. */
  readonly trust: () => Trust | null;
  readonly files: () => FileDigests;
  readonly connections: () => number;
}

/** Meets the supervisor; null where there is none, and somebody else has set the variable. */
export async function meetSupervisor(): Promise<SupervisorLink | null> {
  const said = process.env[WORKER_VARIABLE];
  // Nothing that this process starts is a worker.
  delete process.env[WORKER_VARIABLE];
  if (process.send === undefined || said !== String(process.ppid)) return null;
  const heard = {
    begin: Promise.withResolvers<Extract<ToWorker, { do: "begin" }>>(),
    reload: Promise.withResolvers<() => void>(),
    stop: Promise.withResolvers<() => void>(),
    report: Promise.withResolvers<(asked: Extract<ToWorker, { do: "report" }>) => void>(),
  };
  const stop = (): void => void heard.stop.promise.then((listener) => listener());
  process.on("message", (message: ToWorker) => {
    switch (message.do) {
      case "begin":
        heard.begin.resolve(message);
        break;
      case "reload":
        void heard.reload.promise.then((listener) => listener());
        break;
      case "stop":
        stop();
        break;
      case "report":
        void heard.report.promise.then((listener) => listener(message));
        break;
    }
  });
  process.on("disconnect", stop);
  // A terminal and systemd send these to every process. The supervisor passes on what it hears, once: twice is at once.
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  const { worker, port, settings } = await heard.begin.promise;

  return {
    worker,
    port,
    settings,
    onReload: heard.reload.resolve,
    onStop: heard.stop.resolve,
    observe: (sources) => observe(sources, heard.report.resolve),
    tellToken: (token) => send({ told: "token", token }),
    end: () => {
      process.off("disconnect", stop);
      if (process.connected) process.disconnect();
    },
  };
}

function send(message: ToSupervisor): void {
  // A supervisor that is gone needs no answer: the worker is ending already.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

function observe(
  sources: ObservedProcess,
  onReport: (listener: (asked: Extract<ToWorker, { do: "report" }>) => void) => void,
): (event: VerifierEvent) => void {
  const now = Date.now;
  const observations = createObservations({ trust: sources.trust, now });
  const metrics = createMetrics({ ...sources, observations, version: "", now });
  const accepted = createGathering();
  let endLooking: (() => void) | null = null;
  let last = 0;

  const tell = async (asked: number | null): Promise<void> => {
    const distribution = await metrics.distribution();
    const trust = sources.trust();
    // Before there is a trust there is nothing that could be told; it is told as soon as there is one.
    if (trust === null) return;
    const report = reportOf(
      {
        observations,
        trust,
        files: sources.files(),
        connections: sources.connections(),
        distribution,
        accepted: accepted.take().gathered,
        now: now(),
      },
      last,
    );
    last = report.lastId;
    send({ told: "report", asked, report });
  };
  onReport(({ asked, live }) => {
    if (live)
      endLooking ??= observations.subscribe((told, times) => {
        if (told.event.event === "pull-accepted") accepted.add(told, times);
      });
    else {
      endLooking?.();
      endLooking = null;
    }
    void tell(asked);
  });
  return (event) => {
    observations.take(event);
    metrics.take(event);
    if (isTurningPoint(event)) void tell(null);
  };
}

/** What changes how the process stands: told at once, and not when somebody asks. */
function isTurningPoint({ event }: VerifierEvent): boolean {
  switch (event) {
    case "listening":
    case "trust-swapped":
    case "reload-failed":
    case "listener-unsafe":
    case "stopping":
    case "stopped":
    case "report-ends":
    case "report-ended":
    case "file-old":
      return true;
    case "pull-accepted":
    case "pull-refused":
    case "pull-reported":
    case "handshake-failed":
      return false;
  }
}
