import type { HostnameAopCertificateId } from "../../shared/certificate-id.ts";
import type { Connection } from "./connection.ts";
import { troubleOf } from "./trouble.ts";

/**
 * Has the edge present a certificate for a hostname (`true`), or no longer by this level (`null`). Hostnames that are not
 * named stay as they are. Quietly where there is no association to remove (1553).
 */
export async function associate(
  connection: Connection,
  zone: string,
  hostname: string,
  id: HostnameAopCertificateId,
  enabled: true | null,
): Promise<void> {
  const config = [{ hostname, cert_id: id, enabled }];
  try {
    await connection.write("hostname associations", zone, (client) =>
      client.originTLSClientAuth.hostnames.update({ zone_id: zone, config }),
    );
  } catch (thrown) {
    if (enabled === null && troubleOf(thrown)?.kind === "not there") return;
    throw thrown;
  }
}
