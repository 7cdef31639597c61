import type { HostPattern } from "../../shared/hostname.ts";
import type { ConfiguredRoute } from "../wrangler/wrangler-configuration.ts";
import type { CloudflareReader } from "./cloudflare-reader.ts";
import type { Observation, ObservedRoute } from "./observed.ts";

/** Looks where the routes of one environment lead. One that cannot be seen makes all of them unknown. */
export async function observeRoutes(
  reader: CloudflareReader,
  routes: readonly ConfiguredRoute[],
): Promise<Observation<readonly ObservedRoute[]>> {
  const found: ObservedRoute[] = [];
  for (const route of routes) {
    const script = await scriptOf(reader, route);
    if (!script.known) return script;
    found.push({ pattern: route.pattern, script: script.value });
  }
  return { known: true, value: found };
}

async function scriptOf(
  reader: CloudflareReader,
  route: ConfiguredRoute,
): Promise<Observation<string | null>> {
  const { pattern } = route;
  if (route.isCustomDomain) return await reader.customDomain(pattern);
  const zone = await zoneOf(reader, route);
  if (!zone.known) return zone;
  const routes = await reader.routes(zone.value);
  if (!routes.known) return routes;
  const bare = withoutScheme(pattern);
  const there = routes.value.find((one) => withoutScheme(one.pattern) === bare);
  return { known: true, value: there?.script ?? null };
}

async function zoneOf(
  reader: CloudflareReader,
  { pattern, zone }: ConfiguredRoute,
): Promise<Observation<string>> {
  if (zone !== null && "id" in zone) return { known: true, value: zone.id };
  const [host = ""] = withoutScheme(pattern).split("/");
  // `*example.com` covers the name itself and all below it; its zone is the same.
  const name = zone?.name ?? host.replace(/^\*\.?/, "");
  const found = await reader.zoneOf(name as HostPattern);
  if (!found.known) return found;
  if (found.value === null)
    return { known: false, why: `no zone of this account has the route ${pattern}` };
  return { known: true, value: found.value.id };
}

function withoutScheme(pattern: string): string {
  return pattern.replace(/^https?:\/\//, "");
}
