import {
  parseZoneAopCertificateId,
  type ZoneAopCertificateId,
} from "../../shared/certificate-id.ts";
import type { StoredText } from "../observe/cloudflare-reader.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import { readStored, type ToldCertificate } from "./stored-certificate.ts";

/** Every certificate of a zone's zone level, the deleted ones too: they stay readable. */
export async function listZoneCertificates(
  connection: Connection,
  zone: string,
): Promise<readonly StoredText<ZoneAopCertificateId>[]> {
  const part = "zone certificates";
  const all = await allPages<ToldCertificate>(connection, part, (client, query) =>
    client.originTLSClientAuth.zoneCertificates.list({ zone_id: zone }, { query }),
  );
  return all.map((told) => readStored(told, part, parseZoneAopCertificateId));
}
