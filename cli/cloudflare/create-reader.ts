import type { CloudflareReader } from "../observe/cloudflare-reader.ts";
import type { Connection } from "./connection.ts";
import { createFindZone } from "./find-zone.ts";
import { listAccountCertificates } from "./list-account-certificates.ts";
import { listAssociations } from "./list-associations.ts";
import { listHostnameCertificates } from "./list-hostname-certificates.ts";
import { listRoutes, readCustomDomain } from "./list-routes.ts";
import { listZoneCertificates } from "./list-zone-certificates.ts";
import { readDeployment } from "./read-deployment.ts";
import { observed } from "./observed.ts";
import { createReadVersion } from "./read-version.ts";
import { readSslMode } from "./read-ssl-mode.ts";
import { readZoneEnabled } from "./read-zone-enabled.ts";
import { readZoneSwitch } from "./read-zone-switch.ts";

/** What observes Cloudflare over a connection. */
export function createCloudflareReader(connection: Connection): CloudflareReader {
  const findZone = createFindZone(connection);
  const readVersion = createReadVersion(connection);
  return {
    accountCertificates: async () =>
      await observed(async () => await listAccountCertificates(connection)),
    deployment: async (script) =>
      await observed(async () => await readDeployment(connection, readVersion, script)),
    zoneOf: async (hostname) => await observed(async () => await findZone(hostname)),
    routes: async (zone) => await observed(async () => await listRoutes(connection, zone)),
    customDomain: async (hostname) =>
      await observed(async () => await readCustomDomain(connection, hostname)),
    ssl: async (zone) => await observed(async () => await readSslMode(connection, zone)),
    tlsClientAuth: async (zone) =>
      await observed(async () => await readZoneSwitch(connection, zone, "tls_client_auth")),
    zoneLevel: async (zone) =>
      await observed(async () => ({
        enabled: await readZoneEnabled(connection, zone),
        certificates: await listZoneCertificates(connection, zone),
      })),
    hostnameCertificates: async (zone) =>
      await observed(async () => await listHostnameCertificates(connection, zone)),
    associations: async (zone, hostnames) =>
      await observed(async () => await listAssociations(connection, zone, hostnames)),
  };
}
