import type { HostPattern } from "../../shared/hostname.ts";
import type { WorkerBefore } from "../observe/zone-facts.ts";
import type { Connection } from "./connection.ts";
import { listRoutes, readCustomDomain } from "./list-routes.ts";

/** The Workers that answer for a hostname, or for some of its paths, before its origin is asked. */
export async function listWorkersBefore(
  connection: Connection,
  zone: string,
  hostname: HostPattern,
): Promise<readonly WorkerBefore[]> {
  const routes = await listRoutes(connection, zone);
  const domain = await readCustomDomain(connection, hostname);
  return [
    ...routes.flatMap(({ pattern, script }) =>
      script !== null && routeCovers(pattern, hostname) ? [{ script, route: pattern }] : [],
    ),
    ...(domain === null ? [] : [{ script: domain, route: null }]),
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
