import { pageOf } from "./pages.ts";
import type { ApiRequest } from "./request.ts";
import { zoneOf, type Route, type World } from "./world.ts";

const POOLS = "/accounts/:account/load_balancers/pools";
const MONITORS = "/accounts/:account/load_balancers/monitors";

/** What shares an origin's requests among several. To be read alone. */
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
];

function list(request: ApiRequest, world: World) {
  return pageOf(zoneOf(request, world).loadBalancers, request.query);
}
