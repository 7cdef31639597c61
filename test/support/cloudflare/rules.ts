import { Refused } from "./answer.ts";
import type { ApiRequest } from "./request.ts";
import { hexId } from "./state.ts";
import { zoneOf, type Route, type World } from "./world.ts";

const PHASES = "/zones/:zone/rulesets/phases";

/** Rules that change how an origin is asked. To be read alone. */
export const rules: readonly Route[] = [
  {
    method: "GET",
    path: `${PHASES}/http_config_settings/entrypoint`,
    needs: "Zone Config Rules",
    handle: configurationRules,
  },
  {
    method: "GET",
    path: `${PHASES}/http_request_origin/entrypoint`,
    needs: "Zone Origin Rules",
    handle: originRules,
  },
  { method: "GET", path: "/zones/:zone/pagerules", needs: "Zone Page Rules", handle: pageRules },
];

function configurationRules(request: ApiRequest, world: World) {
  const { configurationRules: all } = zoneOf(request, world);
  return ruleset(
    "http_config_settings",
    all.map(({ expression, enabled, ssl }) => ({
      action: "set_config",
      action_parameters: ssl === undefined ? { email_obfuscation: true } : { ssl },
      expression,
      enabled,
    })),
  );
}

function originRules(request: ApiRequest, world: World) {
  const { originRules: all } = zoneOf(request, world);
  return ruleset(
    "http_request_origin",
    all.map((rule) => ({ action: "route", ...rule })),
  );
}

/** A zone without any rule of a phase has no such ruleset: 404 (documented; its number nobody has told). */
function ruleset(phase: string, all: readonly object[]) {
  if (all.length === 0) throw new Refused(404, 10_003, "could not find ruleset");
  return { result: { id: hexId(), phase, rules: all } };
}

/** Documented: not by pages; `status` leaves out the others. */
function pageRules(request: ApiRequest, world: World) {
  const wanted = request.query.get("status");
  const all = zoneOf(request, world).pageRules.filter(
    ({ status }) => wanted === null || status === wanted,
  );
  return {
    result: all.map(({ pattern, status, ssl }, index) => ({
      id: hexId(),
      priority: index + 1,
      status,
      targets: [{ target: "url", constraint: { operator: "matches", value: pattern } }],
      actions: [ssl === undefined ? { id: "disable_apps" } : { id: "ssl", value: ssl }],
    })),
  };
}
