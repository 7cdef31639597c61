import type { Connection } from "./connection.ts";

/** Switches a zone's zone level: on, it presents for every proxied hostname without an association of its own. */
export async function setZoneEnabled(
  connection: Connection,
  zone: string,
  enabled: boolean,
): Promise<void> {
  await connection.write("zone certificates", zone, (client) =>
    client.originTLSClientAuth.settings.update({ zone_id: zone, enabled }),
  );
}
