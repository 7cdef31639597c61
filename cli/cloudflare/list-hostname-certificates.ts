import {
  parseHostnameAopCertificateId,
  type HostnameAopCertificateId,
} from "../../shared/certificate-id.ts";
import type { StoredText } from "../observe/cloudflare-reader.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import { readStored, type ToldCertificate } from "./stored-certificate.ts";

/** Every certificate of a zone's hostname level, the deleted ones too: they stay readable. */
export async function listHostnameCertificates(
  connection: Connection,
  zone: string,
): Promise<readonly StoredText<HostnameAopCertificateId>[]> {
  const part = "hostname certificates";
  const all = await allPages<ToldCertificate>(connection, part, (client, query) =>
    client.originTLSClientAuth.hostnameCertificates.list({ zone_id: zone }, { query }),
  );
  return all.map((told) => readStored(told, part, parseHostnameAopCertificateId));
}
