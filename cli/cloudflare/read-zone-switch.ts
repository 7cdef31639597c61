import { oddAnswer } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

/** The zone settings that are on or off and that origin pulls depend on. */
export type ZoneSwitch = "tls_client_auth" | "always_use_https";

/** Whether such a setting is on. */
export async function readZoneSwitch(
  connection: Connection,
  zone: string,
  name: ZoneSwitch,
): Promise<boolean> {
  const setting = await connection.read("zone settings", (client) =>
    client.zones.settings.get(name, { zone_id: zone }),
  );
  const value = "value" in setting ? setting.value : null;
  if (value !== "on" && value !== "off") {
    throw oddAnswer("zone settings", `${name} neither on nor off`);
  }
  return value === "on";
}
