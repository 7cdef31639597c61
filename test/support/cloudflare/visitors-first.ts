import { pageOf } from "./pages.ts";
import type { Route } from "./world.ts";

/** What visitors meet before an origin is asked: Workers' custom domains, and Access. To be read alone. */
export const visitorsFirst: readonly Route[] = [
  {
    method: "GET",
    path: "/accounts/:account/workers/domains",
    needs: "Account Workers Scripts",
    handle: ({ query }, { state }) => {
      const wanted = query.get("hostname");
      return {
        result: state.workerDomains.filter(
          ({ hostname }) => wanted === null || hostname === wanted,
        ),
      };
    },
  },
  {
    method: "GET",
    path: "/accounts/:account/access/apps",
    needs: "Account Access",
    handle: ({ query }, { state }) => pageOf(state.accessApplications, query),
  },
];
