import type { HostPattern } from "../../shared/hostname.ts";
import type { LockFacts } from "../judge/policy.ts";
import type { HostnameObservation } from "../observations/observations.ts";
import { reportFacts } from "../trust/report-end.ts";
import { sharedFacts } from "../trust/shared-warnings.ts";
import type { TrustFacts } from "../trust/trust.ts";
import type { MetricFamilies } from "./metric-families.ts";
import type { MetricSources } from "./metric-sources.ts";

/** What became of pulls, handshakes and connections. */
export function pullMetrics(
  { trust, observations, connections }: MetricSources,
  { counter, gauge }: MetricFamilies,
): void {
  counter(
    "pullproof_pulls_total",
    "Pulls by the mapping's hostname, verdict, reason and mode. hostname is empty for pulls that belong to none; reason and mode are empty for accepted ones, which are accepted in every mode. A refusal of mode report was let through. A pull that comes to nothing after it was accepted is counted under both verdicts.",
    ["hostname", "verdict", "reason", "mode"],
    (add) => {
      const all: [string, HostnameObservation][] = [...observations.hostnames()];
      for (const [hostname, { accepted, refused, reported }] of [
        ...all,
        ["", observations.elsewhere()] as const,
      ]) {
        if (hostname !== "") add({ hostname, verdict: "accepted", reason: "", mode: "" }, accepted);
        for (const [reason, { total }] of refused)
          add({ hostname, verdict: "refused", reason, mode: "enforce" }, total);
        for (const [reason, { total }] of reported)
          add({ hostname, verdict: "refused", reason, mode: "report" }, total);
      }
    },
  );
  gauge(
    "pullproof_report_mode_end_timestamp_seconds",
    "When a hostname's report mode ends, or ended; missing where the mapping says enforce.",
    ["hostname"],
    (set) => {
      const current = trust();
      for (const { hostnames, until } of current === null ? [] : reportFacts(current))
        for (const hostname of hostnames) set({ hostname }, Date.parse(until) / 1_000);
    },
  );
  gauge(
    "pullproof_shared_certificate_accepted",
    "1 where Cloudflare's shared certificate is accepted for a hostname: any Cloudflare customer can have it presented. Missing elsewhere.",
    ["hostname"],
    (set) => {
      const current = trust();
      for (const { hostnames } of current === null ? [] : sharedFacts(current))
        for (const hostname of hostnames) set({ hostname }, 1);
    },
  );
  gauge(
    "pullproof_other_lock",
    "1 for each lock that is asked for beside a hostname's certificate: addresses, header, access.",
    ["hostname", "lock"],
    (set) => {
      for (const [hostname, { lock }] of locksOf(trust())) set({ hostname, lock }, 1);
    },
  );
  gauge(
    "pullproof_other_lock_fetched_timestamp_seconds",
    "When the file of such a lock was fetched; missing where it has none, or the file does not say.",
    ["hostname", "lock"],
    (set) => {
      for (const [hostname, facts] of locksOf(trust())) {
        const { lock } = facts;
        if (lock === "header" || facts.fetched === null) continue;
        set({ hostname, lock }, facts.fetched / 1_000);
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

/** Every lock of every hostname. */
function locksOf(trust: TrustFacts | null): readonly (readonly [HostPattern, LockFacts])[] {
  return [...(trust?.origins.values() ?? [])].flatMap(({ policy }) =>
    policy.hostnames.flatMap((hostname) => policy.also.map((facts) => [hostname, facts] as const)),
  );
}
