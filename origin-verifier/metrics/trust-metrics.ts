import type { MetricFamilies } from "./metric-families.ts";
import type { MetricSources } from "./metric-sources.ts";

/** What became of the trust and its reloads. */
export function trustMetrics(
  { trust, observations }: MetricSources,
  { counter, gauge }: MetricFamilies,
): void {
  gauge("pullproof_trust_generation", "The generation of the trust in force.", [], (set) => {
    const current = trust();
    if (current !== null) set({}, current.generation);
  });
  gauge(
    "pullproof_trust_last_swap_timestamp_seconds",
    "When the trust in force was swapped in.",
    [],
    (set) => {
      const { lastSwap } = observations.trustHistory();
      if (lastSwap !== null) set({}, lastSwap / 1_000);
    },
  );
  gauge(
    "pullproof_trust_last_reload_failure_timestamp_seconds",
    "When a reload last failed; missing where none has.",
    [],
    (set) => {
      const { lastFailure } = observations.trustHistory();
      if (lastFailure !== null) set({}, lastFailure.at / 1_000);
    },
  );
  gauge(
    "pullproof_trust_reload_failing",
    "1 where the last reload failed: the files have problems, and the old trust goes on.",
    [],
    (set) => set({}, observations.trustHistory().failing ? 1 : 0),
  );
  counter("pullproof_trust_reload_failures_total", "Reloads that failed.", [], (add) =>
    add({}, observations.trustHistory().failures),
  );
}
