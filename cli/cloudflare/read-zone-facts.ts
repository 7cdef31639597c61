import type { ZoneFacts } from "../observe/zone-facts.ts";
import { oddAnswer } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

const TYPES = ["full", "partial", "secondary", "internal"] as const;

/** What kind of zone it is. */
export async function readZoneFacts(connection: Connection, zone: string): Promise<ZoneFacts> {
  const { type, paused } = await connection.read("zones", (client) =>
    client.zones.get({ zone_id: zone }),
  );
  const known = TYPES.find((one) => one === type);
  if (known === undefined) throw oddAnswer("zones", `a type of zone that is none: ${String(type)}`);
  return { type: known, paused: paused === true };
}
