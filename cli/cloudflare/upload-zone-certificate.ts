import {
  parseZoneAopCertificateId,
  type ZoneAopCertificateId,
} from "../../shared/certificate-id.ts";
import type { UploadText } from "../apply/cloudflare-writer.ts";
import type { Connection } from "./connection.ts";
import { listZoneCertificates } from "./list-zone-certificates.ts";
import { readId } from "./stored-certificate.ts";
import { uploadOrFind } from "./upload-or-find.ts";

/** Uploads to a zone's zone level. Where that level is on, it may be presented from then on. */
export async function uploadZoneCertificate(
  connection: Connection,
  zone: string,
  text: UploadText,
): Promise<ZoneAopCertificateId> {
  const part = "zone certificates";
  const body = { zone_id: zone, certificate: text.certificate, private_key: text.key };
  return await uploadOrFind(
    text,
    async () => {
      const { id } = await connection.write(part, zone, (client) =>
        client.originTLSClientAuth.zoneCertificates.create(body),
      );
      return readId(id, part, parseZoneAopCertificateId);
    },
    async () => await listZoneCertificates(connection, zone),
  );
}
