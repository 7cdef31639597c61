import type { HostnameObservation } from "../observations/observations.ts";
import type { MetricFamilies } from "./metric-families.ts";
import type { MetricSources } from "./metric-sources.ts";

/** What became of pulls, handshakes and connections. */
export function pullMetrics(
  { observations, connections }: MetricSources,
  { counter, gauge }: MetricFamilies,
): void {
  counter(
    "pullproof_pulls_total",
    "Pulls by the mapping's hostname, verdict and reason. hostname is empty for pulls that belong to none, reason for accepted ones. A pull that comes to nothing after it was accepted is counted under both verdicts.",
    ["hostname", "verdict", "reason"],
    (add) => {
      const all: [string, HostnameObservation][] = [...observations.hostnames()];
      for (const [hostname, { accepted, refused }] of [
        ...all,
        ["", observations.elsewhere()] as const,
      ]) {
        if (hostname !== "") add({ hostname, verdict: "accepted", reason: "" }, accepted);
        for (const [reason, { total }] of refused)
          add({ hostname, verdict: "refused", reason }, total);
      }
    },
  );
  gauge(
    "pullproof_last_accepted_pull_timestamp_seconds",
    "When the last pull was accepted; missing before the first.",
    ["hostname"],
    (set) => {
      for (const [hostname, { lastAccepted }] of observations.hostnames())
        if (lastAccepted !== null) set({ hostname }, lastAccepted / 1_000);
    },
  );
  counter(
    "pullproof_handshakes_failed_total",
    "TLS handshakes that came to no connection: no origin hostname of the mapping, no common algorithm, or given up.",
    [],
    (add) => add({}, observations.handshakesFailed()),
  );
  gauge(
    "pullproof_connections",
    "Connections at this moment, those in their handshake and WebSockets included.",
    [],
    (set) => set({}, connections()),
  );
}
