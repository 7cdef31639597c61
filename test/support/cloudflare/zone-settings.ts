import { Refused, UNTOLD_CODE } from "./answer.ts";
import { jsonBody, param, type ApiRequest } from "./request.ts";
import { zoneOf, type Route, type World } from "./world.ts";

const needs = "Zone Settings";
const PATH = "/zones/:zone/settings/:setting";
const MODES_PATH = "/zones/:zone/settings/origin_tls_compliance_modes";

/** The settings that decide whether an origin pull can carry a certificate, and their values (documented). */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  ssl: ["off", "flexible", "full", "strict", "origin_pull"],
  tls_client_auth: ["off", "on"],
  always_use_https: ["off", "on"],
};

/** Documented: the FIPS and the post-quantum profile of the key exchange towards the origin. */
const MODES = ["fips", "pqh"];

export const zoneSettings: readonly Route[] = [
  { method: "GET", path: MODES_PATH, needs, handle: (request, world) => modes(request, world) },
  { method: "PUT", path: MODES_PATH, needs, handle: setModes },
  { method: "PATCH", path: MODES_PATH, needs, handle: setModes },
  { method: "DELETE", path: MODES_PATH, needs, handle: clearModes },
  { method: "GET", path: PATH, needs, handle: read },
  { method: "PATCH", path: PATH, needs, handle: set },
];

function read(request: ApiRequest, world: World) {
  const id = param(request, "setting");
  const value = zoneOf(request, world).settings.get(id);
  if (value === undefined) throw new Refused(400, UNTOLD_CODE, `Undefined zone setting: ${id}`);
  return { result: { id, value, editable: true, modified_on: null } };
}

function set(request: ApiRequest, world: World) {
  const id = param(request, "setting");
  const { value } = jsonBody(request);
  if (typeof value !== "string" || VALUES[id]?.includes(value) !== true) {
    throw new Refused(400, 1007, `Invalid value for zone setting ${id}`);
  }
  zoneOf(request, world).settings.set(id, value);
  return read(request, world);
}

function modes(request: ApiRequest, world: World) {
  const value = zoneOf(request, world).complianceModes;
  return {
    result: { id: "origin_tls_compliance_modes", value, editable: true, modified_on: null },
  };
}

/** The whole list is replaced, by PUT and PATCH alike; unknown modes are refused (documented). */
function setModes(request: ApiRequest, world: World) {
  const { value } = jsonBody(request);
  if (!Array.isArray(value) || !value.every((mode) => MODES.includes(String(mode)))) {
    throw new Refused(400, 1007, "Invalid value for zone setting origin_tls_compliance_modes");
  }
  zoneOf(request, world).complianceModes = value.map(String);
  return modes(request, world);
}

function clearModes(request: ApiRequest, world: World) {
  zoneOf(request, world).complianceModes = [];
  return modes(request, world);
}
