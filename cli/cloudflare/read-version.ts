import { parseMtlsCertificateId, type MtlsCertificateId } from "../../shared/certificate-id.ts";
import type { ObservedVersion } from "../observe/observed.ts";
import { oddAnswer } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import { readId, readTime } from "./stored-certificate.ts";

interface Binding {
  readonly type?: string;
  readonly name?: string;
  readonly certificate_id?: string;
}

/** One version of a Worker with its certificate bindings, which no list of versions tells. */
export async function readVersion(
  connection: Connection,
  script: string,
  id: string,
  percentage: number,
): Promise<ObservedVersion> {
  const params = { account_id: connection.accountId, script_name: script };
  const { metadata, resources } = await connection.read("Workers", (client) =>
    client.workers.scripts.versions.get(id, params),
  );
  const createdAt = readTime(metadata?.created_on);
  if (createdAt === null) throw oddAnswer("Workers", "a version without the time of its making");
  // The SDK's type says an object; Cloudflare answers a list.
  const bindings: unknown = resources.bindings ?? [];
  if (!Array.isArray(bindings)) throw oddAnswer("Workers", "a version whose bindings are no list");
  return { id, createdAt, percentage, bindings: certificatesOf(bindings as Binding[]) };
}

function certificatesOf(bindings: readonly Binding[]): Readonly<Record<string, MtlsCertificateId>> {
  return Object.fromEntries(
    bindings
      .filter(({ type }) => type === "mtls_certificate")
      .map(({ name = "", certificate_id: id }) => [
        name,
        readId(id, "Workers", parseMtlsCertificateId),
      ]),
  );
}
