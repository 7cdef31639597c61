import type { HostPattern } from "../../shared/hostname.ts";
import type { ZoneName } from "../observe/cloudflare-reader.ts";
import type { CustomHostname, CustomHostnames } from "../observe/zone-facts.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import { troubleOf } from "./trouble.ts";

const PART = "custom hostnames";

interface Told {
  readonly hostname?: string;
  readonly status?: string;
  readonly custom_origin_server?: string | null;
  readonly custom_origin_sni?: string | null;
}

/** The custom hostnames of a zone (Cloudflare for SaaS), and its fallback origin. */
export async function listCustomHostnames(
  connection: Connection,
  zone: string,
): Promise<CustomHostnames> {
  const hostnames = await list(connection, zone, {});
  return { hostnames, fallbackOrigin: await readFallback(connection, zone) };
}

/** The zone of the account that serves a hostname of somebody else's: each of its zones is asked. */
export async function findCustomHostname(
  connection: Connection,
  hostname: HostPattern,
): Promise<{ readonly zone: ZoneName; readonly served: CustomHostname } | null> {
  const account = { id: connection.accountId };
  const zones = await allPages<{ readonly id?: string; readonly name?: string }>(
    connection,
    "zones",
    (client, query) => client.zones.list({ account, ...query }),
  );
  for (const { id = "", name = "" } of zones) {
    // Documented as an exact match on some dates, and as "contains" on others: what comes back is compared.
    const found = await list(connection, id, { hostname });
    const served = found.find((one) => one.hostname === hostname);
    if (served !== undefined) return { zone: { id, name }, served };
  }
  return null;
}

async function list(
  connection: Connection,
  zone: string,
  wanted: { readonly hostname?: string },
): Promise<readonly CustomHostname[]> {
  const path = `/zones/${encodeURIComponent(zone)}/custom_hostnames`;
  const all = await allPages<Told>(connection, PART, (client, query) =>
    client.get(path, { query: { ...wanted, ...query } }),
  );
  return all.map((told) => ({
    hostname: told.hostname ?? "",
    status: told.status ?? "",
    customOrigin: told.custom_origin_server || null,
    sni: told.custom_origin_sni || null,
  }));
}

async function readFallback(connection: Connection, zone: string): Promise<string | null> {
  const path = `/zones/${encodeURIComponent(zone)}/custom_hostnames/fallback_origin`;
  try {
    const told = await connection.read(PART, (client) =>
      client.get<{ readonly result?: { readonly origin?: string } | null }>(path),
    );
    return told.result?.origin ?? null;
  } catch (thrown) {
    // A zone that never had one.
    if (troubleOf(thrown)?.kind === "not there") return null;
    throw thrown;
  }
}
