import type { HostPattern } from "../../shared/hostname.ts";
import type { DnsRecord, ZoneInspector } from "../observe/zone-facts.ts";
import type { Connection } from "./connection.ts";
import { findCustomHostname, listCustomHostnames } from "./custom-hostnames.ts";
import { createFindZone } from "./find-zone.ts";
import { listAccessApplications } from "./list-access-applications.ts";
import { listDnsRecords } from "./list-dns-records.ts";
import { listLoadBalancers } from "./list-load-balancers.ts";
import { listOriginRules } from "./list-origin-rules.ts";
import { listPageRules } from "./list-page-rules.ts";
import { listSslRules } from "./list-ssl-rules.ts";
import { listWorkersBefore } from "./list-workers-before.ts";
import { observed } from "./observed.ts";
import { readOriginPulls } from "./read-origin-pulls.ts";
import { readSslMode } from "./read-ssl-mode.ts";
import { readZoneFacts } from "./read-zone-facts.ts";
import { readZoneSwitch } from "./read-zone-switch.ts";

/** What looks at zones over a connection. */
export function createZoneInspector(connection: Connection): ZoneInspector {
  const findZone = createFindZone(connection);
  return {
    zoneOf: async (hostname) => await observed(async () => await findZone(hostname)),
    facts: async (zone) => await observed(async () => await readZoneFacts(connection, zone)),
    ssl: async (zone) => await observed(async () => await readSslMode(connection, zone)),
    alwaysUseHttps: async (zone) =>
      await observed(async () => await readZoneSwitch(connection, zone, "always_use_https")),
    originPulls: async (zone, hostname) =>
      await observed(async () => await readOriginPulls(connection, zone, hostname)),
    pageRules: async (zone) => await observed(async () => await listPageRules(connection, zone)),
    originRules: async (zone) =>
      await observed(async () => await listOriginRules(connection, zone)),
    sslRules: async (zone) => await observed(async () => await listSslRules(connection, zone)),
    records: async (zone, hostname) =>
      await observed(async () => await recordsOf(connection, zone, hostname)),
    loadBalancers: async (zone) =>
      await observed(async () => await listLoadBalancers(connection, zone)),
    workersBefore: async (zone, hostname) =>
      await observed(async () => await listWorkersBefore(connection, zone, hostname)),
    customHostnames: async (zone) =>
      await observed(async () => await listCustomHostnames(connection, zone)),
    customHostname: async (hostname) =>
      await observed(async () => await findCustomHostname(connection, hostname)),
    accessApplications: async (hostname) =>
      await observed(async () => await listAccessApplications(connection, hostname)),
  };
}

/** RFC 4592: a wildcard answers for every name below it that has no record of its own, over several labels too. */
async function recordsOf(
  connection: Connection,
  zone: string,
  hostname: HostPattern,
): Promise<readonly DnsRecord[]> {
  const labels = hostname.split(".");
  const wildcards = labels.slice(1, -1).map((_, index) => `*.${labels.slice(index + 1).join(".")}`);
  for (const name of new Set([hostname, ...wildcards])) {
    const records = await listDnsRecords(connection, zone, name);
    if (records.length > 0) return records;
  }
  return [];
}
