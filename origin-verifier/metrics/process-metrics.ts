import type { MetricFamilies } from "./metric-families.ts";
import { ownUsage, type MetricSources } from "./metric-sources.ts";

/** The process: whether it accepts pulls, since when, and what it costs. */
export function processMetrics(
  { observations, version, usage = ownUsage }: MetricSources,
  { counter, gauge }: MetricFamilies,
): void {
  gauge("pullproof_ready", "1 while pulls are accepted.", [], (set) =>
    set({}, observations.ready() ? 1 : 0),
  );
  gauge(
    "pullproof_watching_since_timestamp_seconds",
    "When this process began to accept pulls, and to count them.",
    [],
    (set) => {
      const since = observations.watchingSince();
      if (since !== null) set({}, since / 1_000);
    },
  );
  gauge("pullproof_build_info", "Always 1.", ["version", "node_version"], (set) =>
    set({ version, node_version: process.versions.node }, 1),
  );
  gauge(
    "process_resident_memory_bytes",
    "Memory of this process; with workers, of all of them.",
    [],
    (set) => set({}, usage().bytes),
  );
  counter(
    "process_cpu_seconds_total",
    "CPU time of this process; with workers, of all of them.",
    [],
    (add) => {
      add({}, usage().cpuSeconds);
    },
  );
}
