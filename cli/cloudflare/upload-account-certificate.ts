import { parseMtlsCertificateId, type MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { UploadText } from "../apply/cloudflare-writer.ts";
import type { Connection } from "./connection.ts";
import { listAccountCertificates } from "./list-account-certificates.ts";
import { leafOf, readId } from "./stored-certificate.ts";
import { troubleOf } from "./trouble.ts";

/** Uploads to the account's store; the id of the same certificate where it is there already (1471). */
export async function uploadAccountCertificate(
  connection: Connection,
  name: string,
  { certificate, key }: UploadText,
): Promise<MtlsCertificateId> {
  const body = { name, certificates: certificate, private_key: key, ca: false };
  try {
    const { id } = await connection.write("account store", null, (client) =>
      client.mtlsCertificates.create({ account_id: connection.accountId, ...body }),
    );
    return readId(id, "account store", parseMtlsCertificateId);
  } catch (thrown) {
    if (troubleOf(thrown)?.kind !== "same certificate") throw thrown;
    const wanted = leafOf(certificate);
    const all = await listAccountCertificates(connection);
    const same = all.find(({ text }) => wanted !== null && leafOf(text) === wanted);
    if (same === undefined) throw thrown;
    return same.id;
  }
}
