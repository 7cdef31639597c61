import type { Hostname } from "../../shared/hostname.ts";
import type { Accept, Entry, Mapping } from "../../shared/mapping.ts";
import type { Policy } from "../judge/policy.ts";
import type { OtherLocks } from "./read-other-locks.ts";
import { reportEnd } from "./report-end.ts";
import type { IssuerTrust } from "./trust.ts";

/** The mapping's entries by origin hostname: what one TLS name stands for. An entry is at each of its origins. */
export function entriesByOrigin(
  mapping: Mapping,
): ReadonlyMap<Hostname, readonly [Entry, ...Entry[]]> {
  const groups = new Map<Hostname, [Entry, ...Entry[]]>();
  for (const entry of mapping.entries) {
    for (const { hostname } of entry.origins) {
      const group = groups.get(hostname);
      if (group === undefined) groups.set(hostname, [entry]);
      else group.push(entry);
    }
  }
  return groups;
}

/** The accepting half of entries with one origin hostname; the mapping's parser has made sure that they are identical. */
export function compilePolicy(
  originHostname: Hostname,
  entries: readonly [Entry, ...Entry[]],
  mapping: Mapping,
  issuer: IssuerTrust,
  others: OtherLocks,
): Policy {
  const [first, ...rest] = entries;
  const { mode } = first.accept;
  return {
    originHostname,
    hostnames: [first.hostname, ...rest.map((entry) => entry.hostname)],
    elsewhere: new Set(
      mapping.entries
        .filter(({ origins }) => origins.every((origin) => origin.hostname !== originHostname))
        .map(({ hostname }) => hostname),
    ),
    levels: new Map(
      entries.flatMap(({ hostname, present }) =>
        present.by === "edge" ? [[hostname, present.level] as const] : [],
      ),
    ),
    issuer: issuer.name,
    accepts: acceptsOf(first.accept, issuer.shared),
    ...others,
    revocationUntil: issuer.revocationUntil,
    reportUntil: reportEnd(mode),
  };
}

function acceptsOf({ certificates, names, alone }: Accept, shared: boolean): Policy["accepts"] {
  if (certificates !== "issued") return { by: "fingerprint", fingerprints: new Set(certificates) };
  // Said by the issuer and never by a lack of names: of an issuer of one's own, no name would then accept nothing.
  return shared ? { by: "shared", alone } : { by: "issuer", names: new Set<string>(names) };
}
