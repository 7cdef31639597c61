import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { Association, Zone, ZoneToggle } from "./state.ts";
import { statusOf, type World } from "./world.ts";

/** What a pull of the edge for a hostname may carry. */
export type Presented =
  | { readonly level: "hostname" | "zone"; readonly fingerprint: Fingerprint }
  | { readonly level: "shared" }
  /** No certificate at all. */
  | { readonly level: "none" };

type Reading = Pick<World, "clock" | "timings" | "timesOut" | "state" | "features">;

/**
 * Every association of a hostname that some location may still go by: the newest alone once it is active, those before it
 * too until then. Empty: nothing at the hostname level.
 */
export function associationsOf(
  zone: Zone,
  hostname: string,
  world: Reading,
): readonly Association[] {
  const newest = zone.associations.get(hostname);
  if (newest === undefined) return [];
  const status = statusOf(newest, world);
  if (status === "active") return [newest];
  return status === "deleted" ? [] : [newest, ...newest.before];
}

/**
 * What the edge may present for a hostname now, for tests that ask whether the origin accepts it. Documented: hostname
 * before zone before global; `enabled: false` presents nothing even where the zone level is on; under Off and Flexible
 * there is no TLS to present anything in. While a change is on its way, some locations do the old and some the new.
 */
export function edgePresents(zone: Zone, hostname: string, world: Reading): readonly Presented[] {
  const ssl = zone.settings.get("ssl");
  if (ssl === "off" || ssl === "flexible") return [{ level: "none" }];
  const associations = associationsOf(zone, hostname, world);
  if (associations.length === 0) return zoneLevel(zone, world);
  const said = associations.flatMap((one) => hostnameLevel(zone, one, world));
  // The first association of all: until it is active, some locations know of none.
  const newest = associations[0];
  const isFirst = newest !== undefined && newest.before.length === 0;
  return isFirst && statusOf(newest, world) !== "active"
    ? [...said, ...zoneLevel(zone, world)]
    : said;
}

function hostnameLevel(zone: Zone, one: Association, world: Reading): readonly Presented[] {
  if (one.enabled === null) return zoneLevel(zone, world);
  const certificate = zone.hostnameCertificates.get(one.certificateId);
  if (!one.enabled || certificate === undefined) return [{ level: "none" }];
  return [{ level: "hostname", fingerprint: certificate.fingerprint }];
}

/**
 * Documented: keep one certificate active at the zone level, for which of several is presented nobody has told; so each
 * may be. While the toggle is on its way, both of its positions count.
 */
function zoneLevel(zone: Zone, world: Reading): readonly Presented[] {
  return togglesOf(zone, world).flatMap((isOn) => {
    const standing = [...zone.zoneCertificates.values()].filter((one) =>
      ["active", "pending_deletion"].includes(statusOf(one, world)),
    );
    if (!isOn || standing.length === 0) return [globalLevel(zone)];
    return standing.map(({ fingerprint }): Presented => ({ level: "zone", fingerprint }));
  });
}

function togglesOf(zone: Zone, { clock, timings }: Reading): readonly boolean[] {
  const newest = zone.zoneToggles.at(-1);
  if (newest === undefined) return [false];
  const isSettled = clock.now() - newest.since >= timings.deploying;
  const before: ZoneToggle | undefined = zone.zoneToggles.at(-2);
  return isSettled ? [newest.enabled] : [newest.enabled, before?.enabled ?? false];
}

function globalLevel(zone: Zone): Presented {
  return { level: zone.settings.get("tls_client_auth") === "on" ? "shared" : "none" };
}
