import { Refused } from "./answer.ts";
import { pageOf } from "./pages.ts";
import type { ApiRequest } from "./request.ts";
import { zoneOf, type Route, type World } from "./world.ts";

const POOLS = "/accounts/:account/load_balancers/pools";
const MONITORS = "/accounts/:account/load_balancers/monitors";
const RULES = "/zones/:zone/rulesets/phases/http_config_settings/entrypoint";

/** What else decides how an origin is asked: load balancers and Configuration Rules. To be read alone. */
export const loadBalancers: readonly Route[] = [
  {
    method: "GET",
    path: "/zones/:zone/load_balancers",
    needs: "Zone Load Balancers",
    handle: list,
  },
  {
    method: "GET",
    path: POOLS,
    needs: "Account Load Balancing",
    handle: ({ query }, { state }) => pageOf(state.pools, query),
  },
  {
    method: "GET",
    path: MONITORS,
    needs: "Account Load Balancing",
    handle: ({ query }, { state }) => pageOf(state.monitors, query),
  },
  { method: "GET", path: RULES, needs: "Zone Config Rules", handle: listRules },
];

function list(request: ApiRequest, world: World) {
  return pageOf(zoneOf(request, world).loadBalancers, request.query);
}

/** A zone without any such rule has no such ruleset: 404 (documented; its number nobody has told). */
function listRules(request: ApiRequest, world: World) {
  const { configurationRules } = zoneOf(request, world);
  if (configurationRules.length === 0) throw new Refused(404, 10_003, "could not find ruleset");
  const rules = configurationRules.map(({ expression, enabled, ssl }) => ({
    action: "set_config",
    action_parameters: ssl === undefined ? { email_obfuscation: true } : { ssl },
    expression,
    enabled,
  }));
  return { result: { id: "config", phase: "http_config_settings", rules } };
}
