import type { Connection } from "./connection.ts";

/** Switches the global level: on, Cloudflare presents the certificate that all of its customers share. */
export async function setTlsClientAuth(
  connection: Connection,
  zone: string,
  on: boolean,
): Promise<void> {
  await connection.write("zone settings", zone, (client) =>
    client.zones.settings.edit("tls_client_auth", { zone_id: zone, value: on ? "on" : "off" }),
  );
}
