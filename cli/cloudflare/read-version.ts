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

/** A version without its share of the requests: all of it that never changes. */
export type Version = Omit<ObservedVersion, "percentage">;

/** Reads versions of Workers. */
export type ReadVersion = (script: string, id: string) => Promise<Version>;

/**
 * Makes a reader of versions with their certificate bindings, which no list of versions tells. A version never changes, so
 * each is asked for once: a command that waits looks again every few seconds, and Cloudflare counts its requests.
 */
export function createReadVersion(connection: Connection): ReadVersion {
  const known = new Map<string, Version>();
  return async (script, id) => {
    const version = known.get(id) ?? (await askFor(connection, script, id));
    known.set(id, version);
    return version;
  };
}

async function askFor(connection: Connection, script: string, id: string): Promise<Version> {
  const params = { account_id: connection.accountId, script_name: script };
  const { metadata, resources } = await connection.read("Workers", (client) =>
    client.workers.scripts.versions.get(id, params),
  );
  const createdAt = readTime(metadata?.created_on);
  if (createdAt === null) throw oddAnswer("Workers", "a version without the time of its making");
  // The SDK's type says an object; Cloudflare answers a list.
  const bindings: unknown = resources.bindings ?? [];
  if (!Array.isArray(bindings)) throw oddAnswer("Workers", "a version whose bindings are no list");
  return { id, createdAt, bindings: certificatesOf(bindings as Binding[]) };
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
