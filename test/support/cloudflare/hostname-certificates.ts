import { Refused } from "./answer.ts";
import { findIn, startDeleting, told, uploadTo } from "./aop-store.ts";
import { associationsOf } from "./edge.ts";
import { pageOf } from "./pages.ts";
import type { ApiRequest } from "./request.ts";
import { zoneOf, type Route, type World } from "./world.ts";

const PATH = "/zones/:zone/origin_tls_client_auth/hostnames/certificates";
const needs = "Zone SSL and Certificates";

/** Documented. */
const MOST_IN_A_ZONE = 10;

/** The hostname level's certificates of Authenticated Origin Pulls. */
export const hostnameCertificates: readonly Route[] = [
  { method: "GET", path: PATH, needs, handle: list },
  {
    method: "POST",
    path: PATH,
    needs,
    changesZone: true,
    handle: (request, world) =>
      uploadTo(zoneOf(request, world).hostnameCertificates, request, world, MOST_IN_A_ZONE),
  },
  { method: "GET", path: `${PATH}/:id`, needs, handle: get },
  { method: "DELETE", path: `${PATH}/:id`, needs, changesZone: true, handle: remove },
];

/** Deleted ones stand in the list too (reported by third parties), and a list without any may be `null`. */
function list(request: ApiRequest, world: World) {
  const all = [...zoneOf(request, world).hostnameCertificates.values()];
  return pageOf(
    all.map((one) => told(one, world)),
    request.query,
    { empty: null },
  );
}

function get(request: ApiRequest, world: World) {
  return { result: told(findIn(zoneOf(request, world).hostnameCertificates, request), world) };
}

/** First the association to `null`, wait, then this (documented); else 1433 (reported by third parties). */
function remove(request: ApiRequest, world: World) {
  const zone = zoneOf(request, world);
  const certificate = findIn(zone.hostnameCertificates, request);
  const isUsed = [...zone.associations.keys()]
    .flatMap((hostname) => associationsOf(zone, hostname, world))
    .some(({ certificateId }) => certificateId === certificate.id);
  if (isUsed) throw new Refused(400, 1433, "The certificate is in use by a hostname");
  return startDeleting(certificate, world);
}
