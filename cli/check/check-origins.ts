import type { Mapping } from "../../shared/mapping.ts";
import { createEntryFinder } from "../../shared/find-entry.ts";
import type { Origin } from "../../shared/origin.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Finding } from "../manners/finding.ts";
import { workerEntries, type WorkerEntry } from "../worker-entries.ts";
import type { Environment, WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";

/** From this compatibility date on a Worker dials the port that a URL names; before it, 443 whatever the URL says. */
const CUSTOM_PORTS_DATE = "2024-09-02";

/** Origins that a Worker cannot reach although the mapping parses. */
export function checkOrigins(
  mapping: Mapping,
  mappingFile: string,
  configuration: WranglerConfiguration | null,
): readonly Finding[] {
  const find = createEntryFinder(mapping);
  return workerEntries(mapping).flatMap((entry) => {
    const place = `${pathTo("hosts", entry.hostname)}.origin`;
    return entry.origins.flatMap((origin, index) => {
      const path = entry.origins.length === 1 ? place : pathTo(place, index);
      const visited = find(origin.hostname);
      const findings: Finding[] = [];
      if (visited !== undefined) {
        const whose =
          visited.hostname === entry.hostname ? "its own hostname" : `mapped (${visited.hostname})`;
        findings.push({
          file: mappingFile,
          path,
          // Cloudflare's documentation of the mTLS binding: a proxied target answers 520.
          message: `${origin.hostname} is ${whose}: visitors reach it through Cloudflare, and a Worker's pull to a proxied name ends in 520`,
          next: `give the origin a name of its own, not proxied: "origin": "https://origin-${hintOf(entry)}"`,
        });
      }
      findings.push(...portFindings(origin, mappingFile, path, configuration));
      return findings;
    });
  });
}

function portFindings(
  { port }: Origin,
  file: string,
  path: string,
  configuration: WranglerConfiguration | null,
): readonly Finding[] {
  if (port === 443 || configuration === null) return [];
  return configuration.environments
    .filter((environment) => !dialsPorts(environment))
    .map((environment) => ({
      file,
      path,
      message: `port ${port} is ignored when deployed (${configuration.file}${environment.path === "" ? "" : `, ${environment.path}`} has no custom ports): every pull would go to 443`,
      next: `add "allow_custom_ports" to compatibility_flags in ${configuration.file}, or let the origin listen on 443`,
    }));
}

function dialsPorts({ compatibilityDate, compatibilityFlags }: Environment): boolean {
  if (compatibilityFlags.includes("ignore_custom_ports")) return false;
  return (
    compatibilityFlags.includes("allow_custom_ports") || compatibilityDate >= CUSTOM_PORTS_DATE
  );
}

function hintOf({ hostname }: WorkerEntry): string {
  return hostname.replace(/^\*\./, "");
}
