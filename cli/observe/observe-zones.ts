import type { HostPattern } from "../../shared/hostname.ts";
import type { Mapping } from "../../shared/mapping.ts";
import type { CloudflareReader, StoredText, ZoneName } from "./cloudflare-reader.ts";
import type { AopCertificate, Observation, ObservedZone } from "./observed.ts";
import { readOutline, type KnownIssuers } from "./read-outline.ts";

/** The zones of the hostnames that the edge presents for, and the hostnames that lie in none. */
export interface ObservedZones {
  readonly zones: readonly Observation<ObservedZone>[];
  readonly withoutZone: readonly HostPattern[];
}

/** Observes every zone that holds a hostname presented by the edge. */
export async function observeZones(
  reader: CloudflareReader,
  mapping: Mapping,
  issuers: KnownIssuers,
): Promise<ObservedZones> {
  const found = new Map<string, { readonly zone: ZoneName; readonly hostnames: HostPattern[] }>();
  const unknown: { readonly known: false; readonly why: string }[] = [];
  const withoutZone: HostPattern[] = [];
  for (const { hostname, present } of mapping.entries) {
    if (present.by !== "edge") continue;
    const zone = await reader.zoneOf(hostname);
    if (!zone.known) unknown.push(zone);
    else if (zone.value === null) withoutZone.push(hostname);
    else {
      const { value } = zone;
      const known = found.get(value.id) ?? { zone: value, hostnames: [] };
      known.hostnames.push(hostname);
      found.set(value.id, known);
    }
  }
  const zones = await Promise.all(
    [...found.values()].map(async ({ zone, hostnames }) => ({
      known: true as const,
      value: await observeZone(reader, zone, hostnames, issuers),
    })),
  );
  return { zones: [...zones, ...unknown], withoutZone };
}

async function observeZone(
  reader: CloudflareReader,
  { id, name }: ZoneName,
  hostnames: readonly HostPattern[],
  issuers: KnownIssuers,
): Promise<ObservedZone> {
  const [ssl, tlsClientAuth, zoneLevel, certificates, associations] = await Promise.all([
    reader.ssl(id),
    reader.tlsClientAuth(id),
    reader.zoneLevel(id),
    reader.hostnameCertificates(id),
    reader.associations(id, hostnames),
  ]);
  const outlined = <Id>(text: StoredText<Id>): AopCertificate<Id> => ({
    id: text.id,
    status: text.status,
    uploadedAt: text.uploadedAt,
    certificate: readOutline(text.text, issuers),
  });
  return {
    id,
    name,
    hostnames,
    ssl,
    tlsClientAuth,
    zoneLevel: zoneLevel.known
      ? {
          known: true,
          value: {
            enabled: zoneLevel.value.enabled,
            certificates: zoneLevel.value.certificates.map(outlined),
          },
        }
      : zoneLevel,
    hostnameLevel: !certificates.known
      ? certificates
      : !associations.known
        ? associations
        : {
            known: true,
            value: {
              certificates: certificates.value.map(outlined),
              associations: associations.value,
            },
          },
  };
}
