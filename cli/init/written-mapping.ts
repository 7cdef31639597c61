import { existsSync } from "node:fs";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { PlannedGroup } from "./planned-hosts.ts";

/** Beside the mapping in a clone; editors complete and check by it. */
const SCHEMA = "./shared/mapping.schema.json";

function writtenOrigins(urls: readonly string[]): string {
  const [first] = urls;
  if (urls.length === 1) return JSON.stringify(first);
  return `[${urls.map((url) => JSON.stringify(url)).join(", ")}]`;
}

function writtenPresent({ binding }: PlannedGroup): string {
  return binding === null
    ? '{ "by": "edge", "level": "hostname" }'
    : `{ "by": "worker", "binding": ${JSON.stringify(binding)} }`;
}

/** A mapping's text, as people write it: an entry a hostname, each accepting the certificate of its binding, or of its own. */
export function writtenMapping(
  groups: readonly PlannedGroup[],
  fingerprints: ReadonlyMap<PlannedGroup, Fingerprint>,
): string {
  const hosts = writtenHosts(groups, fingerprints, "own");
  return `{
${existsSync(SCHEMA) ? `  "$schema": ${JSON.stringify(SCHEMA)},\n` : ""}  "version": 1,
  "issuers": {
    "own": { "certificates": "pki/issuer.pem" }
  },
  "hosts": {
${hosts.join(",\n")}
  }
}
`;
}

/** The entries of a mapping, each as a member of `hosts`, in from the margin as a mapping of two spaces has them. */
export function writtenHosts(
  groups: readonly PlannedGroup[],
  fingerprints: ReadonlyMap<PlannedGroup, Fingerprint>,
  issuer: string,
): readonly string[] {
  return groups.flatMap((group) =>
    group.hosts.map(
      ({ hostname, origins }) => `    ${JSON.stringify(hostname)}: {
      "origin": ${writtenOrigins(origins.map(({ url }) => url))},
      "present": ${writtenPresent(group)},
      "accept": {
        "issuer": ${JSON.stringify(issuer)},
        "certificates": [${JSON.stringify(fingerprints.get(group))}]
      }
    }`,
    ),
  );
}
