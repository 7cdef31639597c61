import { Refused, UNTOLD_CODE } from "./answer.ts";
import { pageOf } from "./pages.ts";
import { jsonBody, param, textOf, type ApiRequest } from "./request.ts";
import { hexId, type DnsRecord, type Zone } from "./state.ts";
import { zoneOf, type Route, type World } from "./world.ts";

/** Zones by name, their DNS records, and the routes to their Workers. */
export const zones: readonly Route[] = [
  { method: "GET", path: "/zones", needs: "Zone", handle: list },
  {
    method: "GET",
    path: "/zones/:zone",
    needs: "Zone",
    handle: (request, world) => ({ result: told(zoneOf(request, world), world) }),
  },
  { method: "GET", path: "/zones/:zone/dns_records", needs: "Zone DNS", handle: listRecords },
  {
    method: "GET",
    path: "/zones/:zone/workers/routes",
    needs: "Zone Workers Routes",
    handle: listRoutes,
  },
  {
    method: "POST",
    path: "/zones/:zone/workers/routes",
    needs: "Zone Workers Routes",
    handle: addRoute,
  },
];

/** Documented: by exact name where one is given. A name that is no zone of the token's is an empty list, not an error. */
function list({ query }: ApiRequest, world: World) {
  const name = query.get("name");
  const found = [...world.state.zones.values()].filter(
    (zone) => name === null || zone.name === name,
  );
  return pageOf(
    found.map((zone) => told(zone, world)),
    query,
  );
}

function told(zone: Zone, { state }: World) {
  return {
    id: zone.id,
    name: zone.name,
    status: zone.status,
    type: zone.type,
    paused: zone.paused,
    account: { id: state.accountId, name: "Fake account" },
  };
}

/** Documented: `proxied` decides whether the edge is there at all; a tunnel is a CNAME to `*.cfargotunnel.com`. */
function listRecords(request: ApiRequest, world: World) {
  const { query } = request;
  const name = query.get("name.exact") ?? query.get("name");
  const found = zoneOf(request, world).dnsRecords.filter(
    (one) => name === null || one.name === name,
  );
  return pageOf(
    found.map((one) => ({ ...one, ttl: 1, proxiable: true })),
    query,
  );
}

/** A record of a zone, for tests to add. */
export function dnsRecord(name: string, changes: Partial<DnsRecord> = {}): DnsRecord {
  return { id: hexId(), name, type: "A", content: "192.0.2.1", proxied: true, ...changes };
}

function listRoutes(request: ApiRequest, world: World) {
  const { routes } = zoneOf(request, world);
  return pageOf(
    [...routes].map(([id, route]) => ({ id, ...route })),
    request.query,
  );
}

function addRoute(request: ApiRequest, world: World) {
  const body = jsonBody(request);
  const route = { pattern: textOf(body, "pattern"), script: textOf(body, "script") };
  const { routes } = zoneOf(request, world);
  if ([...routes.values()].some(({ pattern }) => pattern === route.pattern)) {
    throw new Refused(409, 10_020, "A route with the same pattern already exists");
  }
  const id = hexId();
  routes.set(id, route);
  return { result: { id, ...route } };
}

/** Sets all routes of a Worker at once: what wrangler asks for (seen). */
export function replaceRoutes(request: ApiRequest, { state }: World) {
  const wanted = JSON.parse(request.bytes.toString("utf8")) as readonly {
    pattern: string;
    zone_name?: string;
  }[];
  const script = param(request, "script");
  for (const { routes } of state.zones.values()) {
    for (const [id, route] of routes) if (route.script === script) routes.delete(id);
  }
  for (const { pattern, zone_name: name } of wanted) {
    const host = pattern.split("/")[0] ?? "";
    const zone = [...state.zones.values()].find(
      (one) => one.name === name || host === one.name || host.endsWith(`.${one.name}`),
    );
    if (zone === undefined) throw new Refused(400, UNTOLD_CODE, `no zone for ${pattern}`);
    zone.routes.set(hexId(), { pattern, script });
  }
  return { result: wanted.map(({ pattern }) => ({ pattern, script })) };
}
