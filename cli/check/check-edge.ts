import { isWildcard } from "../../shared/hostname.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import { edgeEntries, type EdgeEntry } from "../edge-entries.ts";
import type { Finding } from "../manners/finding.ts";

/** What was found in the entries that the edge presents for. */
export interface EdgeFindings {
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/**
 * Entries whose pulls the verifier cannot take, although the mapping parses. The edge asks for the visitor's hostname, in the
 * handshake and in Host, and says in no header of its own which hostname that was: where one origin hostname stands for
 * several, nobody but the visitor could say, and the verifier answers 421, to a Worker that is one of them, too.
 */
export function checkEdge(mapping: Mapping, mappingFile: string): EdgeFindings {
  const problems: Finding[] = [];
  const warnings: Finding[] = [];
  for (const entry of edgeEntries(mapping)) {
    const {
      hostname,
      origins: [origin],
    } = entry;
    const path = pathTo("hosts", hostname);
    const together = mapping.entries.filter(({ origins }) =>
      origins.some((other) => other.hostname === origin.hostname),
    );
    if (isWildcard(hostname)) {
      problems.push({
        file: mappingFile,
        path,
        message: `a wildcard that the edge presents for: every pull is answered 421, because the edge sends no X-Forwarded-Host that says which hostname it is for`,
        next: `an entry for each hostname: "origin": "https://" and its own name; or let a Worker present`,
      });
    } else if (together.length > 1) {
      problems.push({
        file: mappingFile,
        path: `${path}.origin`,
        message: `${origin.hostname} stands for ${together.length} hostnames: every pull for any of them is answered 421, because the edge, which presents for ${hostname}, sends no X-Forwarded-Host that says which it is for, and passes on a visitor's`,
        next: `give it an origin hostname of its own: "origin": "https://${hostname}"`,
      });
    } else if (origin.hostname !== hostname) {
      warnings.push(withoutOwnName(entry, mappingFile, path));
    }
  }
  return { problems, warnings };
}

function withoutOwnName(
  { hostname, origins: [origin] }: EdgeEntry,
  file: string,
  path: string,
): Finding {
  return {
    file,
    path: `${path}.origin`,
    message: `the edge asks for ${hostname}, unless an Origin Rule sets both SNI and Host header to ${origin.hostname}: the verifier refuses the handshake otherwise`,
    next: `write "origin": "https://${hostname}"; or see that the rule is there: pullproof doctor ${hostname}`,
  };
}
