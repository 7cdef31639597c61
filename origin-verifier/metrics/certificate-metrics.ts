import { datedCertificates, datedCrls } from "../observations/dated-certificates.ts";
import type { MetricFamilies } from "./metric-families.ts";
import type { MetricSources } from "./metric-sources.ts";

/** When certificates and revocation lists end: what nothing else says before pulls begin to fail. */
export function certificateMetrics(
  { trust, observations, now }: MetricSources,
  { gauge }: MetricFamilies,
): void {
  const dated = () => {
    const current = trust();
    return current === null ? [] : datedCertificates(current, observations, now());
  };
  gauge(
    "pullproof_certificate_not_after_timestamp_seconds",
    "When a certificate expires. kind is issuer, origin or pull; a pull certificate is known from when it is first seen.",
    ["kind", "name", "fingerprint"],
    (set) => {
      for (const { kind, name, fingerprint, notAfter } of dated())
        set({ kind, name, fingerprint }, notAfter / 1_000);
    },
  );
  gauge(
    "pullproof_certificate_last_seen_timestamp_seconds",
    "When an accepted pull certificate was last presented.",
    ["kind", "name", "fingerprint"],
    (set) => {
      for (const { kind, name, fingerprint, lastSeen } of dated())
        if (lastSeen !== null) set({ kind, name, fingerprint }, lastSeen / 1_000);
    },
  );
  gauge(
    "pullproof_crl_next_update_timestamp_seconds",
    "When the first of an issuer's revocation lists goes stale: from then on nothing of that issuer is accepted.",
    ["issuer"],
    (set) => {
      const current = trust();
      for (const { name, nextUpdate } of current === null ? [] : datedCrls(current))
        set({ issuer: name }, nextUpdate / 1_000);
    },
  );
}
