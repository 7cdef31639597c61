import type { ObservedRoute } from "../observe/observed.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

interface ToldRoute {
  readonly pattern?: string;
  /** Missing: a route that takes a path out of a wider one. */
  readonly script?: string;
}

interface ToldDomain {
  readonly hostname?: string;
  readonly service?: string;
}

/** The routes of a zone, to whichever Worker. */
export async function listRoutes(
  connection: Connection,
  zone: string,
): Promise<readonly ObservedRoute[]> {
  const routes = await allPages<ToldRoute>(connection, "Worker routes", (client, query) =>
    client.get(`/zones/${encodeURIComponent(zone)}/workers/routes`, { query }),
  );
  return routes.map(({ pattern = "", script = "" }) => ({
    pattern,
    script: script === "" ? null : script,
  }));
}

/** The Worker whose custom domain a hostname is; null for none. */
export async function readCustomDomain(
  connection: Connection,
  hostname: string,
): Promise<string | null> {
  const domains = await allPages<ToldDomain>(connection, "Workers", (client, query) =>
    client.get(`/accounts/${connection.accountId}/workers/domains`, {
      query: { ...query, hostname },
    }),
  );
  return domains.find((one) => one.hostname === hostname)?.service ?? null;
}
