import { parseMtlsCertificateId } from "../../shared/certificate-id.ts";
import type { AccountText } from "../observe/cloudflare-reader.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import { readId, readTime } from "./stored-certificate.ts";

interface Told {
  readonly id?: string;
  readonly ca?: boolean;
  readonly name?: string;
  readonly certificates?: string;
  readonly uploaded_on?: string;
}

/** Every certificate of the account's store that a Worker could present: CA certificates lie there too. */
export async function listAccountCertificates(
  connection: Connection,
): Promise<readonly AccountText[]> {
  const all = await allPages<Told>(connection, "account store", (client, query) =>
    client.mtlsCertificates.list({ account_id: connection.accountId }, { query }),
  );
  return all
    .filter(({ ca }) => ca !== true)
    .map((told) => ({
      id: readId(told.id, "account store", parseMtlsCertificateId),
      name: told.name ?? "",
      uploadedAt: readTime(told.uploaded_on),
      text: told.certificates ?? "",
    }));
}
