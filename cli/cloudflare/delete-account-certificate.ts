import type { MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { Deletion } from "../apply/cloudflare-writer.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import { troubleOf, type Trouble } from "./trouble.ts";

interface Association {
  readonly service?: string;
}

/**
 * Deletes from the account's store, unless something uses it. Asked first: which number Cloudflare refuses a deletion with
 * nobody has told, so a refusal of any number counts as one, too.
 */
export async function deleteAccountCertificate(
  connection: Connection,
  id: MtlsCertificateId,
): Promise<Deletion> {
  const account = { account_id: connection.accountId };
  try {
    const associations = await allPages<Association>(connection, "account store", (client, query) =>
      client.mtlsCertificates.associations.get(id, account, { query }),
    );
    if (associations.length > 0) {
      return { inUse: associations.map(({ service = "a service" }) => service).join(", ") };
    }
    await connection.write("account store", null, (client) =>
      client.mtlsCertificates.delete(id, account),
    );
    return "deleted";
  } catch (thrown) {
    const ending = endingOf(troubleOf(thrown));
    if (ending === null) throw thrown;
    return ending;
  }
}

function endingOf(trouble: Trouble | null): Deletion | null {
  switch (trouble?.kind) {
    case "not there":
      return "deleted";
    case "in use":
    case "refused":
      return { inUse: trouble.said };
    case "zone is busy":
      return { inUse: "Cloudflare answered 409" };
    default:
      return null;
  }
}
