/**
 * The statuses that certificates and associations of Authenticated Origin Pulls go through. Documented: their names, and
 * that a change takes time. Reported by third parties: seconds to minutes until `active`, more than two minutes until
 * something is void, and that what is deleted stays readable.
 */
export type Status =
  | "initializing"
  | "pending_deployment"
  | "active"
  | "deployment_timed_out"
  | "pending_deletion"
  | "deleted"
  | "deletion_timed_out";

/** How long Cloudflare takes, in ms. */
export interface Timings {
  /** In `initializing`. Default 10. */
  readonly initializing: number;
  /** In `pending_deployment`, and until every location presents what was changed. Default 30. */
  readonly deploying: number;
  /** In `pending_deletion`. Default 30. */
  readonly deleting: number;
  /** One change of a zone holds the zone's lock for this long: of the machine's own clock, always. Default 2. */
  readonly writing: number;
}

/** Short enough for a test to wait for, long enough for every status to be seen. */
export const DEFAULT_TIMINGS: Timings = {
  initializing: 10,
  deploying: 30,
  deleting: 30,
  writing: 2,
};

/** Where something is on its way, read off the clock. */
export interface Lifecycle {
  readonly towards: "active" | "deleted";
  /** ms since the epoch. */
  readonly since: number;
  /** It never arrives: `deployment_timed_out`, `deletion_timed_out`. */
  readonly timesOut: boolean;
}

/** The status at a time. */
export function statusAt(lifecycle: Lifecycle, now: number, timings: Timings): Status {
  const { towards, since, timesOut } = lifecycle;
  const passed = now - since;
  if (towards === "deleted") {
    if (passed < timings.deleting) return "pending_deletion";
    return timesOut ? "deletion_timed_out" : "deleted";
  }
  if (passed < timings.initializing) return "initializing";
  if (passed < timings.initializing + timings.deploying) return "pending_deployment";
  return timesOut ? "deployment_timed_out" : "active";
}
