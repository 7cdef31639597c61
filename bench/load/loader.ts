import { startDownloads } from "./downloads.ts";
import { startHandshakes } from "./handshakes.ts";
import type { Load, Told } from "./load.ts";
import type { Order, Report, Target, Work } from "./messages.ts";
import { startPulls } from "./pulls.ts";
import { startSteady } from "./steady.ts";
import { startUploads } from "./uploads.ts";

/** The process that pulls. It does one work at a time, and ends with whoever started it. */
let load: Load | null = null;
const say = (report: Report): void => {
  process.send?.(report);
};

process.on("message", (raw) => {
  const order = raw as Order;
  if (order.order === "start") {
    load = begin(order.work, order.target, {
      ready: () => say({ report: "ready" }),
      failed: (why) => {
        load?.stop();
        say({ report: "failed", why });
      },
    });
  } else if (order.order === "mark") {
    const { user, system } = process.cpuUsage();
    const latencies = load?.latencies() ?? [];
    const mark = { at: performance.now(), done: load?.done() ?? 0, cpu: user + system, latencies };
    say({ report: "mark", mark });
  } else {
    load?.stop();
    load = null;
    say({ report: "stopped" });
  }
});
process.on("disconnect", () => process.exit());

function begin(work: Work, target: Target, told: Told): Load {
  switch (work.kind) {
    case "pulls": {
      const { connections, target: path, headers, isAwake } = work;
      return startPulls(target, { connections, path, once: false, headers, isAwake }, told);
    }
    case "idle":
      return startPulls(
        target,
        { connections: work.connections, path: "/small", once: true },
        told,
      );
    case "steady":
      return startSteady(target, work, told);
    case "handshakes":
      return startHandshakes(target, work.connections, told);
    case "downloads":
      return startDownloads(target, work, told);
    case "uploads":
      return startUploads(target, work, told);
  }
}
