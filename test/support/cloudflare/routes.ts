import { accountCertificates } from "./account-certificates.ts";
import { alertPolicies } from "./alert-policies.ts";
import { customHostnames } from "./custom-hostnames.ts";
import { hostnameAssociations } from "./hostname-associations.ts";
import { hostnameCertificates } from "./hostname-certificates.ts";
import { loadBalancers } from "./load-balancers.ts";
import { rules } from "./rules.ts";
import { user } from "./user.ts";
import { visitorsFirst } from "./visitors-first.ts";
import { workerScripts } from "./worker-scripts.ts";
import { workerVersions } from "./worker-versions.ts";
import type { Route } from "./world.ts";
import { zoneCertificates } from "./zone-certificates.ts";
import { zoneSettings } from "./zone-settings.ts";
import { zones } from "./zones.ts";

/** Every operation, the first that fits wins: `/hostnames/certificates` stands before `/hostnames/:hostname`. */
const ROUTES: readonly Route[] = [
  ...accountCertificates,
  ...hostnameCertificates,
  ...hostnameAssociations,
  ...zoneCertificates,
  ...zoneSettings,
  ...zones,
  ...loadBalancers,
  ...rules,
  ...customHostnames,
  ...visitorsFirst,
  ...alertPolicies,
  ...workerVersions,
  ...workerScripts,
  ...user,
];

/** A route that fits a request, with what stands for its `:names`. */
export interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The route of a request; null where the API has none. */
export function findRoute(method: string, path: string): Found | null {
  const parts = path.split("/");
  for (const route of ROUTES) {
    const params = route.method === method ? match(route.path.split("/"), parts) : null;
    if (params !== null) return { route, params };
  }
  return null;
}

function match(pattern: readonly string[], parts: readonly string[]): Found["params"] | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (wanted.startsWith(":")) params[wanted.slice(1)] = decodeURIComponent(part);
    else if (wanted !== part) return null;
  }
  return params;
}
