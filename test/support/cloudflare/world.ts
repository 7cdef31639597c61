import { Refused } from "./answer.ts";
import type { Clock } from "./clock.ts";
import { statusAt, type Lifecycle, type Status, type Timings } from "./lifecycle.ts";
import type { ApiRequest } from "./request.ts";
import { param } from "./request.ts";
import type { State, Zone } from "./state.ts";
import type { Answer } from "./answer.ts";
import type { Permission } from "./token.ts";

/** What every handler works on. */
export interface World {
  readonly state: State;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly features: Features;
  /** Whether what this request starts never arrives, by fault. */
  readonly timesOut: boolean;
}

/** What not every account has. */
export interface Features {
  /** The list of a zone's associations: new, and not in the SDK. Default true. */
  readonly listAssociations: boolean;
}

/** One operation of the API. */
export interface Route {
  readonly method: string;
  /** Behind `/client/v4`, with `:names`. */
  readonly path: string;
  /** Null: any token will do. */
  readonly needs: Permission | null;
  /** Changes a zone's origin pulls: two of these at once are a 409 (reported by third parties). */
  readonly changesZone?: boolean;
  readonly handle: (request: ApiRequest, world: World) => Answer | Promise<Answer>;
}

/** The zone that a path names. */
export function zoneOf(request: ApiRequest, { state }: World): Zone {
  const zone = state.zones.get(param(request, "zone"));
  // Documented: 7003 for an identifier that leads nowhere.
  if (zone === undefined) throw new Refused(404, 7003, "Could not route to the requested zone");
  return zone;
}

/** A new way towards a status, from now on. */
export function startTowards(towards: Lifecycle["towards"], world: World): Lifecycle {
  return { towards, since: world.clock.now(), timesOut: world.timesOut };
}

/** The status now. */
export function statusOf(of: { readonly lifecycle: Lifecycle }, world: World): Status {
  return statusAt(of.lifecycle, world.clock.now(), world.timings);
}

/** Now, as the API writes times. */
export function stampOf({ clock }: Pick<World, "clock">): string {
  return new Date(clock.now()).toISOString();
}
