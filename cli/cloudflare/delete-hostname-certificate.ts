import type { HostnameAopCertificateId } from "../../shared/certificate-id.ts";
import type { Deletion } from "../apply/cloudflare-writer.ts";
import type { Connection } from "./connection.ts";
import { deleteOrSay } from "./delete-or-say.ts";

/** Deletes from a zone's hostname level. Before that no hostname may be associated with it (1433). */
export async function deleteHostnameCertificate(
  connection: Connection,
  zone: string,
  id: HostnameAopCertificateId,
): Promise<Deletion> {
  return await deleteOrSay(
    async () =>
      await connection.write("hostname certificates", zone, (client) =>
        client.originTLSClientAuth.hostnameCertificates.delete(id, { zone_id: zone }),
      ),
  );
}
