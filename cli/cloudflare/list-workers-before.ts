import type { HostPattern } from "../../shared/hostname.ts";
import type { WorkerBefore } from "../observe/zone-facts.ts";
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

/** The Workers that answer for a hostname, or for some of its paths, before its origin is asked. */
export async function listWorkersBefore(
  connection: Connection,
  zone: string,
  hostname: HostPattern,
): Promise<readonly WorkerBefore[]> {
  const routes = await allPages<ToldRoute>(connection, "Worker routes", (client, query) =>
    client.get(`/zones/${encodeURIComponent(zone)}/workers/routes`, { query }),
  );
  const domains = await allPages<ToldDomain>(connection, "Workers", (client, query) =>
    client.get(`/accounts/${connection.accountId}/workers/domains`, {
      query: { ...query, hostname },
    }),
  );
  return [
    ...routes.flatMap(({ pattern = "", script = "" }) =>
      script !== "" && routeCovers(pattern, hostname) ? [{ script, route: pattern }] : [],
    ),
    ...domains.flatMap(({ hostname: own, service = "" }) =>
      own === hostname ? [{ script: service, route: null }] : [],
    ),
  ];
}

/**
 * Whether a route's pattern is for a hostname, whatever its path. `*.example.com/*` is for subdomains alone, and
 * `*example.com/*` for the name itself too (documented); a `*` stands nowhere else in a hostname.
 */
export function routeCovers(pattern: string, hostname: HostPattern): boolean {
  const [host = ""] = pattern.replace(/^https?:\/\//, "").split("/");
  if (!host.startsWith("*")) return host === hostname;
  const rest = host.slice(1);
  return hostname === host || (rest === "" ? true : hostname.endsWith(rest));
}
