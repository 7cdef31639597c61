import { Refused } from "./answer.ts";
import { pageOf } from "./pages.ts";
import type { ApiRequest } from "./request.ts";
import { hexId, type CustomHostname } from "./state.ts";
import { zoneOf, type Route, type World } from "./world.ts";

const PATH = "/zones/:zone/custom_hostnames";
const needs = "Zone SSL and Certificates";

/** Hostnames of other people's zones that a zone serves: Cloudflare for SaaS. To be read alone. */
export const customHostnames: readonly Route[] = [
  { method: "GET", path: `${PATH}/fallback_origin`, needs, handle: fallback },
  { method: "GET", path: PATH, needs, handle: list },
];

/** Documented: `hostname` finds by the name's beginning, too. */
function list(request: ApiRequest, world: World) {
  const { query } = request;
  const wanted = query.get("hostname") ?? "";
  const all = zoneOf(request, world).customHostnames;
  return pageOf(
    all
      .filter(({ hostname }) => hostname.startsWith(wanted))
      .map((one) => ({ ssl: { status: "active" }, ...one })),
    query,
  );
}

function fallback(request: ApiRequest, world: World) {
  const { fallbackOrigin } = zoneOf(request, world);
  // Seen by third parties: a zone that never had one is a 404.
  if (fallbackOrigin === null) throw new Refused(404, 1551, "No fallback origin has been set");
  return { result: { origin: fallbackOrigin, status: "active" } };
}

/** A custom hostname of a zone, for tests to add. */
export function customHostname(
  hostname: string,
  changes: Partial<CustomHostname> = {},
): CustomHostname {
  return { id: hexId(), hostname, status: "active", ...changes };
}
