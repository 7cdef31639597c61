import {
  parseHostnameAopCertificateId,
  type HostnameAopCertificateId,
} from "../../shared/certificate-id.ts";
import type { UploadText } from "../apply/cloudflare-writer.ts";
import type { Connection } from "./connection.ts";
import { listHostnameCertificates } from "./list-hostname-certificates.ts";
import { readId } from "./stored-certificate.ts";
import { uploadOrFind } from "./upload-or-find.ts";

/** Uploads to a zone's hostname level. Nothing is presented by it before a hostname is associated. */
export async function uploadHostnameCertificate(
  connection: Connection,
  zone: string,
  text: UploadText,
): Promise<HostnameAopCertificateId> {
  const part = "hostname certificates";
  const body = { zone_id: zone, certificate: text.certificate, private_key: text.key };
  return await uploadOrFind(
    text,
    async () => {
      const { id } = await connection.write(part, zone, (client) =>
        client.originTLSClientAuth.hostnameCertificates.create(body),
      );
      return readId(id, part, parseHostnameAopCertificateId);
    },
    async () => await listHostnameCertificates(connection, zone),
  );
}
