import { oddAnswer } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

/** Whether a zone's zone level is on. */
export async function readZoneEnabled(connection: Connection, zone: string): Promise<boolean> {
  const { enabled } = await connection.read("zone certificates", (client) =>
    client.originTLSClientAuth.settings.get({ zone_id: zone }),
  );
  if (enabled === undefined) throw oddAnswer("zone certificates", "a level neither on nor off");
  return enabled;
}
