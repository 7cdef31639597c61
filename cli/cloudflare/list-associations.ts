import { parseHostnameAopCertificateId } from "../../shared/certificate-id.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import type { Association } from "../observe/observed.ts";
import { allPages, oddAnswer } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import { readId, readStatus, readTime } from "./stored-certificate.ts";
import { troubleOf } from "./trouble.ts";

const PART = "hostname associations";

interface Told {
  readonly hostname?: string;
  readonly cert_id?: string;
  readonly enabled?: boolean | null;
  readonly status?: string;
  readonly updated_at?: string;
}

/**
 * The associations of a zone: all of them where Cloudflare has the list, which is new and not in the SDK, else those of the
 * hostnames that are named, one by one.
 */
export async function listAssociations(
  connection: Connection,
  zone: string,
  hostnames: readonly HostPattern[],
): Promise<readonly Association[]> {
  try {
    const all = await allPages<Told>(connection, PART, (client, query) =>
      client.get(`/zones/${encodeURIComponent(zone)}/origin_tls_client_auth/hostnames`, { query }),
    );
    return all.map(readAssociation);
  } catch (thrown) {
    const trouble = troubleOf(thrown);
    const isUnknown = trouble?.kind === "not there" || trouble?.kind === "refused";
    if (!isUnknown) throw thrown;
  }
  const found: Association[] = [];
  for (const hostname of hostnames) {
    const one = await readOne(connection, zone, hostname);
    if (one !== null) found.push(one);
  }
  return found;
}

async function readOne(
  connection: Connection,
  zone: string,
  hostname: HostPattern,
): Promise<Association | null> {
  try {
    const told = await connection.read(PART, (client) =>
      client.originTLSClientAuth.hostnames.get(hostname, { zone_id: zone }),
    );
    return readAssociation(told);
  } catch (thrown) {
    if (troubleOf(thrown)?.kind === "not there") return null;
    throw thrown;
  }
}

/** `enabled` has three states, and a missing one is none of them: "presents nothing" must not be read from silence. */
function readAssociation(told: Told): Association {
  const { hostname, cert_id: id, enabled, status, updated_at: updated } = told;
  if (hostname === undefined || enabled === undefined) {
    throw oddAnswer(
      PART,
      `an association without ${hostname === undefined ? "hostname" : "enabled"}`,
    );
  }
  return {
    hostname,
    certificateId: readId(id, PART, parseHostnameAopCertificateId),
    enabled,
    status: status === undefined ? null : readStatus(status, PART),
    since: readTime(updated),
  };
}
