import { Refused, UNTOLD_CODE } from "./answer.ts";
import { pendingDeletion } from "./aop-store.ts";
import { associationsOf } from "./edge.ts";
import { pageOf } from "./pages.ts";
import { jsonBody, param, type ApiRequest } from "./request.ts";
import type { AopCertificate, Association, Zone } from "./state.ts";
import { stampOf, startTowards, statusOf, zoneOf, type Route, type World } from "./world.ts";

const PATH = "/zones/:zone/origin_tls_client_auth/hostnames";
const needs = "Zone SSL and Certificates";

/** Documented. */
const MOST_HOSTNAMES = 100;

/** Which certificate the edge presents for which hostname. */
export const hostnameAssociations: readonly Route[] = [
  { method: "PUT", path: PATH, needs, changesZone: true, handle: associate },
  { method: "GET", path: PATH, needs, handle: list },
  { method: "GET", path: `${PATH}/:hostname`, needs, handle: get },
];

interface Wanted {
  readonly hostname: string;
  readonly certificate: AopCertificate;
  readonly enabled: boolean | null;
}

/**
 * Documented: `true` presents this certificate, `false` presents none, `null` voids the association; hostnames that the
 * list does not name stay as they are; the answer is a list. Nothing is changed where one of the list is refused.
 */
function associate(request: ApiRequest, world: World) {
  const zone = zoneOf(request, world);
  const { config } = jsonBody(request);
  if (!Array.isArray(config) || config.length === 0) {
    throw new Refused(400, UNTOLD_CODE, "config is required");
  }
  const wanted = config.map((one) => readWanted(one as Record<string, unknown>, zone, world));
  for (const one of wanted) change(zone, one, world);
  return { result: wanted.map(({ hostname }) => told(zone, hostname, world)) };
}

function readWanted(raw: Record<string, unknown>, zone: Zone, world: World): Wanted {
  const { hostname, cert_id: id, enabled = null } = raw;
  if (typeof hostname !== "string" || !isOf(zone, hostname)) {
    throw new Refused(400, UNTOLD_CODE, "hostname is not of this zone");
  }
  // Also to void an association (reported by third parties, as are all four codes).
  if (typeof id !== "string" || id === "") throw new Refused(400, 1404, "cert_id is missing");
  const certificate = zone.hostnameCertificates.get(id);
  if (certificate === undefined) throw unknown(id, zone);
  if (enabled !== null && typeof enabled !== "boolean") {
    throw new Refused(400, UNTOLD_CODE, "enabled is true, false or null");
  }
  const exists = associationsOf(zone, hostname, world).length > 0;
  if (enabled === null && !exists) throw missing();
  if (enabled !== null) refuseUnlessActive(certificate, world);
  const hostnames = [...zone.associations].filter(
    ([name, one]) =>
      name !== hostname && one.certificateId === id && associationsOf(zone, name, world).length > 0,
  );
  if (hostnames.length >= MOST_HOSTNAMES) {
    throw new Refused(400, UNTOLD_CODE, `At most ${MOST_HOSTNAMES} hostnames a certificate`);
  }
  return { hostname, certificate, enabled };
}

/** An id of the wrong kind is 1415 (reported by third parties); one of no kind at all is not found. */
function unknown(id: string, zone: Zone): Refused {
  if (zone.zoneCertificates.has(id)) return new Refused(400, 1415, "Invalid certificate id");
  const hasForm = /^[0-9a-f-]{32,36}$/.test(id);
  return hasForm
    ? new Refused(404, 1551, "Not found")
    : new Refused(400, 1415, "Invalid certificate id");
}

function refuseUnlessActive(certificate: AopCertificate, world: World): void {
  const status = statusOf(certificate, world);
  if (status === "active") return;
  if (status === "deleted") throw new Refused(404, 1551, "The certificate was not found");
  if (status.includes("deletion")) throw pendingDeletion();
  throw new Refused(400, 1434, "The certificate is pending deployment");
}

function change(zone: Zone, { hostname, certificate, enabled }: Wanted, world: World): void {
  const standing = associationsOf(zone, hostname, world);
  const newest = standing[0];
  if (newest?.enabled === enabled && newest.certificateId === certificate.id) return;
  zone.associations.set(hostname, {
    certificateId: certificate.id,
    enabled,
    lifecycle: startTowards(enabled === null ? "deleted" : "active", world),
    before: standing,
    createdAt: newest?.createdAt ?? stampOf(world),
  });
}

function list(request: ApiRequest, world: World) {
  if (!world.features.listAssociations) throw new Refused(405, 10_405, "Method not allowed");
  const zone = zoneOf(request, world);
  const standing = [...zone.associations.keys()].filter(
    (hostname) => associationsOf(zone, hostname, world).length > 0,
  );
  return pageOf(
    standing.map((hostname) => told(zone, hostname, world)),
    request.query,
    { empty: null },
  );
}

function get(request: ApiRequest, world: World) {
  const zone = zoneOf(request, world);
  const hostname = param(request, "hostname");
  if (associationsOf(zone, hostname, world).length === 0) throw missing();
  return { result: told(zone, hostname, world) };
}

function missing(): Refused {
  return new Refused(404, 1553, "There is no such association");
}

function told(zone: Zone, hostname: string, world: World) {
  const one = zone.associations.get(hostname) as Association;
  const certificate = zone.hostnameCertificates.get(one.certificateId) as AopCertificate;
  return {
    hostname,
    cert_id: one.certificateId,
    enabled: one.enabled,
    status: statusOf(one, world),
    created_at: one.createdAt,
    updated_at: new Date(one.lifecycle.since).toISOString(),
    cert_status: statusOf(certificate, world),
    cert_uploaded_on: certificate.uploadedOn,
    cert_updated_at: certificate.uploadedOn,
    certificate: certificate.pem,
    issuer: certificate.issuer,
    serial_number: certificate.serialNumber,
    signature: certificate.signature,
    expires_on: certificate.expiresOn,
  };
}

function isOf(zone: Zone, hostname: string): boolean {
  return hostname === zone.name || hostname.endsWith(`.${zone.name}`);
}
