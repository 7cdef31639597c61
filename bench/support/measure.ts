import { setTimeout as pause } from "node:timers/promises";
import type { Loaders } from "../load/loaders.ts";
import type { Target, Work } from "../load/messages.ts";
import { cpuOf } from "../machine/process-tree.ts";
import { quantile } from "../report/statistics.ts";
import type { RunningServer } from "../servers/server.ts";
import { ORIGIN, type Certificates } from "./certificates.ts";
import type { Timing } from "./timing.ts";

/** One window of load on one server. */
export interface Sample {
  /** Pulls, handshakes or bodies a second. */
  readonly rate: number;
  /** Microseconds of the server's CPU for each. */
  readonly cpu: number;
  /** Cores that the server used. Where it is well under what it had, something else was the bound. */
  readonly busy: number;
  /** Cores that the load generator used, the application apart. */
  readonly loadBusy: number;
  /** Microseconds; of steady work alone. */
  readonly p50?: number;
  readonly p99?: number;
  /** How long the window was in truth. */
  readonly milliseconds: number;
}

/** Where a server's pulls go. */
export function targetOf(
  running: RunningServer,
  certificates: Certificates,
  host: string = ORIGIN,
): Target {
  const { pull: certificate, pullKey: key } = certificates;
  const tls = running.isPlain ? null : { certificate, key, servername: ORIGIN };
  return { ports: running.ports, tls, host };
}

/** Measures one window. */
export async function measure(
  loaders: Loaders,
  running: RunningServer,
  { work, target }: { readonly work: Work; readonly target: Target },
  { warmMs, windowMs }: Pick<Timing, "warmMs" | "windowMs">,
): Promise<Sample> {
  try {
    await loaders.start(work, target);
    await pause(warmMs);
    const pids = running.pids();
    const before = { ...(await loaders.mark()), server: cpuOf(pids) };
    await pause(windowMs);
    const after = { ...(await loaders.mark()), server: cpuOf(pids) };
    const done = after.done - before.done;
    const milliseconds = after.at - before.at;
    const { latencies } = after;
    return {
      rate: (done / milliseconds) * 1000,
      cpu: (after.server - before.server) / done,
      busy: (after.server - before.server) / milliseconds / 1000,
      loadBusy: (after.cpu - before.cpu) / milliseconds / 1000,
      milliseconds,
      ...(latencies.length === 0
        ? {}
        : { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }),
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${running.said()}`, { cause: error });
  } finally {
    await loaders.stop();
  }
}
