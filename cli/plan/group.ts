import type { Fingerprint } from "../../shared/fingerprint.ts";
import { isWildcard, type HostPattern, type Hostname } from "../../shared/hostname.ts";
import type { BindingName, Entry, Mapping } from "../../shared/mapping.ts";
import type { Observed, ObservedZone } from "../observe/observed.ts";

/**
 * Entries that have to move together: they share an origin hostname (and so, by the mapping's rules, their `accept`), a
 * binding, or a zone's level. What is presented for one of them is presented for all.
 */
export interface Group {
  readonly entries: readonly [Entry, ...Entry[]];
}

/** The groups of a mapping, in its order. */
export function groupsOf(mapping: Mapping, observed: Observed): readonly Group[] {
  const groups: { readonly keys: Set<string>; readonly entries: Entry[] }[] = [];
  for (const entry of mapping.entries) {
    const keys = keysOf(entry, observed);
    const joined = groups.filter((group) => keys.some((key) => group.keys.has(key)));
    const [first, ...others] = joined;
    if (first === undefined) {
      groups.push({ keys: new Set(keys), entries: [entry] });
      continue;
    }
    for (const key of keys) first.keys.add(key);
    first.entries.push(entry);
    for (const other of others) {
      for (const key of other.keys) first.keys.add(key);
      first.entries.push(...other.entries);
      groups.splice(groups.indexOf(other), 1);
    }
  }
  return groups.map(({ entries }) => ({ entries: entries as [Entry, ...Entry[]] }));
}

function keysOf({ hostname, origins, present }: Entry, observed: Observed): readonly string[] {
  const keys = origins.map((origin) => `origin ${origin.hostname}`);
  if (present.by === "worker") keys.push(`binding ${present.binding}`);
  else if (present.level === "zone") {
    keys.push(`zone ${zoneOf(hostname, observed)?.id ?? `without ${hostname}`}`);
  }
  return keys;
}

/** The zone that a hostname lies in; null where it was not observed. */
export function zoneOf(hostname: HostPattern, { zones }: Observed): ObservedZone | null {
  for (const zone of zones) {
    if (zone.known && zone.value.hostnames.includes(hostname)) return zone.value;
  }
  return null;
}

/** The hostnames of a group. */
export function hostnamesOf({ entries }: Group): readonly HostPattern[] {
  return entries.map(({ hostname }) => hostname);
}

/** The bindings that carry a group's certificate. */
export function bindingsOf({ entries }: Group): readonly BindingName[] {
  const names = entries.flatMap(({ present }) =>
    present.by === "worker" ? [present.binding] : [],
  );
  return [...new Set(names)];
}

/** The name that a pull certificate of an entry carries: one exact name, also where the entry's hostname is a wildcard. */
export function certificateNameOf({ hostname, accept }: Entry): Hostname {
  const [name] = accept.names;
  return name ?? (isWildcard(hostname) ? (hostname.slice(2) as Hostname) : hostname);
}

/** Every fingerprint that one of a group's entries lists, in order. */
export function listedIn({ entries }: Group): readonly Fingerprint[] {
  return [
    ...new Set(
      entries.flatMap(({ accept }) =>
        accept.certificates === "issued" ? [] : [...accept.certificates],
      ),
    ),
  ];
}
