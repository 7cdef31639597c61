import type { HostPattern } from "../../shared/hostname.ts";
import type { StoredText } from "../observe/cloudflare-reader.ts";
import type { HeldCertificate, OriginPulls } from "../observe/zone-facts.ts";
import type { Connection } from "./connection.ts";
import { listAssociations } from "./list-associations.ts";
import { listHostnameCertificates } from "./list-hostname-certificates.ts";
import { listZoneCertificates } from "./list-zone-certificates.ts";
import { readZoneEnabled } from "./read-zone-enabled.ts";
import { readZoneSwitch } from "./read-zone-switch.ts";
import { leafOf } from "./stored-certificate.ts";

/** What is set on each of the three levels, as far as it concerns one hostname. */
export async function readOriginPulls(
  connection: Connection,
  zone: string,
  hostname: HostPattern,
): Promise<OriginPulls> {
  const shared = await readZoneSwitch(connection, zone, "tls_client_auth");
  const enabled = await readZoneEnabled(connection, zone);
  const certificates = await listZoneCertificates(connection, zone);
  const associations = await listAssociations(connection, zone, [hostname]);
  const association = associations.find((one) => one.hostname === hostname);
  const stored = association === undefined ? [] : await listHostnameCertificates(connection, zone);
  const own = stored.find(({ id }) => id === association?.certificateId);
  return {
    shared,
    zone: {
      enabled,
      certificates: certificates.filter(({ status }) => status !== "deleted").map(toHeld),
    },
    hostname:
      association === undefined
        ? null
        : {
            enabled: association.enabled,
            status: association.status,
            certificate: own === undefined ? null : toHeld(own),
          },
  };
}

function toHeld({ status, text }: StoredText<unknown>): HeldCertificate {
  return { status, fingerprint: leafOf(text) };
}
