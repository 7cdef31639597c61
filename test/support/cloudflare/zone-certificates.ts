import { Refused, UNTOLD_CODE } from "./answer.ts";
import { findIn, startDeleting, told, uploadTo } from "./aop-store.ts";
import { pageOf } from "./pages.ts";
import { jsonBody, type ApiRequest } from "./request.ts";
import { zoneOf, type Route, type World } from "./world.ts";

const PATH = "/zones/:zone/origin_tls_client_auth";
const needs = "Zone SSL and Certificates";
const changesZone = true;

/** The zone level of Authenticated Origin Pulls: its certificates and its toggle. */
export const zoneCertificates: readonly Route[] = [
  { method: "GET", path: `${PATH}/settings`, needs, handle: readToggle },
  { method: "PUT", path: `${PATH}/settings`, needs, changesZone, handle: setToggle },
  { method: "GET", path: PATH, needs, handle: list },
  {
    method: "POST",
    path: PATH,
    needs,
    changesZone,
    handle: (request, world) => uploadTo(zoneOf(request, world).zoneCertificates, request, world),
  },
  { method: "GET", path: `${PATH}/:id`, needs, handle: get },
  { method: "DELETE", path: `${PATH}/:id`, needs, changesZone, handle: remove },
];

function list(request: ApiRequest, world: World) {
  const all = [...zoneOf(request, world).zoneCertificates.values()];
  return pageOf(
    all.map((one) => told(one, world)),
    request.query,
    { empty: null },
  );
}

function get(request: ApiRequest, world: World) {
  return { result: told(findIn(zoneOf(request, world).zoneCertificates, request), world) };
}

/** Nothing guards it: the last certificate of an enabled zone can go, and the zone falls back to the global level. */
function remove(request: ApiRequest, world: World) {
  return startDeleting(findIn(zoneOf(request, world).zoneCertificates, request), world);
}

/** Off by default (documented). */
function readToggle(request: ApiRequest, world: World) {
  return { result: { enabled: zoneOf(request, world).zoneToggles.at(-1)?.enabled ?? false } };
}

/** Before or after a certificate is there (documented). */
function setToggle(request: ApiRequest, world: World) {
  const { enabled } = jsonBody(request);
  if (typeof enabled !== "boolean") throw new Refused(400, UNTOLD_CODE, "enabled is required");
  const { zoneToggles } = zoneOf(request, world);
  if ((zoneToggles.at(-1)?.enabled ?? false) !== enabled) {
    zoneToggles.push({ enabled, since: world.clock.now() });
  }
  return { result: { enabled } };
}
