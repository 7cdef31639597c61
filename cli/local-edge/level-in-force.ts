import type { Levels } from "./edge-host.ts";

/** A level of Authenticated Origin Pulls. */
export type Level = keyof Levels;

/** What is switched on, a level each; an association that is not there and one that is null fall back alike. */
export interface Switches {
  readonly hostname: boolean | null;
  readonly zone: boolean;
  readonly shared: boolean;
}

/**
 * Which level's certificate the edge presents: the hostname's before the zone's before the shared one; null for none.
 *
 * The levels are independent: a hostname's own needs neither the zone's nor the switch. An association that says `false`
 * presents none at all, even where the zone's is on; one that says `null` is none, and the zone's is next.
 */
export function levelInForce({ hostname, zone, shared }: Switches): Level | null {
  if (hostname !== null) return hostname ? "hostname" : null;
  if (zone) return "zone";
  return shared ? "shared" : null;
}

/** The switches of a hostname's levels. */
export function switchesOf({ hostname, zone, shared }: Levels): Switches {
  return {
    hostname: hostname?.enabled ?? null,
    zone: zone?.enabled ?? false,
    shared: shared?.enabled ?? false,
  };
}
