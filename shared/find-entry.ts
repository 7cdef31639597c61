import { wildcardOver, type HostPattern, type Hostname } from "./hostname.ts";
import type { Entry, Mapping } from "./mapping.ts";

/** Finds the entry of a hostname: the exact one before the wildcard that covers it; undefined where it is unmapped. */
export type EntryFinder = (hostname: Hostname) => Entry | undefined;

/** Compiles the mapping's patterns once; each search is two map lookups at most. */
export function createEntryFinder(mapping: Mapping): EntryFinder {
  const byPattern = new Map<HostPattern, Entry>(
    mapping.entries.map((entry) => [entry.hostname, entry]),
  );
  return (hostname) => {
    const exact = byPattern.get(hostname);
    if (exact !== undefined) return exact;
    const wildcard = wildcardOver(hostname);
    return wildcard === null ? undefined : byPattern.get(wildcard);
  };
}
