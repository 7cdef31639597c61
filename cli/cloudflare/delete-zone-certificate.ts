import type { ZoneAopCertificateId } from "../../shared/certificate-id.ts";
import type { Deletion } from "../apply/cloudflare-writer.ts";
import type { Connection } from "./connection.ts";
import { deleteOrSay } from "./delete-or-say.ts";

/** Deletes from a zone's zone level. Nothing at Cloudflare guards the last one of a level that is on. */
export async function deleteZoneCertificate(
  connection: Connection,
  zone: string,
  id: ZoneAopCertificateId,
): Promise<Deletion> {
  return await deleteOrSay(
    async () =>
      await connection.write("zone certificates", zone, (client) =>
        client.originTLSClientAuth.zoneCertificates.delete(id, { zone_id: zone }),
      ),
  );
}
