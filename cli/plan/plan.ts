import type { HostPattern } from "../../shared/hostname.ts";
import type { Finding } from "../manners/finding.ts";
import { isWait, type Action, type PlannedChange, type Wait } from "./change.ts";

/** What would be done, in order. */
export interface Plan {
  /** Lanes do not wait for each other; within one, each change needs those before it. Lanes without anything are left out. */
  readonly lanes: readonly Lane[];
}

/** The changes for hostnames that have to move together. */
export interface Lane {
  readonly hostnames: readonly HostPattern[];
  /** In order. Only the first may be done, and only after observing: what is observed next decides about the rest. */
  readonly changes: readonly PlannedChange[];
  /** Why the mapping cannot be brought about here, whatever is waited for; the changes before that still stand. */
  readonly problems: readonly Finding[];
}

/** Whether there is nothing to do, to wait for, or to complain about. */
export function isDone(plan: Plan): boolean {
  return plan.lanes.length === 0;
}

/** Everything that is wrong. */
export function problemsOf(plan: Plan): readonly Finding[] {
  return plan.lanes.flatMap(({ problems }) => problems);
}

/**
 * The one next action that cannot cause an outage; null where there is none. Deployments come last: one of them carries
 * every binding that was set before it.
 *
 * @param skip actions that are not to be done: they hold up their lane.
 */
export function nextAction(
  plan: Plan,
  skip: (action: Action) => boolean,
): PlannedChangeOf<Action> | null {
  const ready = plan.lanes
    .flatMap(({ changes }) => changes.slice(0, 1))
    .filter((planned): planned is PlannedChangeOf<Action> => !isWait(planned.change))
    .filter(({ change }) => !skip(change));
  return ready.find(({ change }) => change.kind !== "deploy-worker") ?? ready[0] ?? null;
}

/** A planned change of one kind. */
export interface PlannedChangeOf<C extends Action | Wait> extends PlannedChange {
  readonly change: C;
}

/** What is waited for now: the lanes that begin with a wait. */
export function currentWaits(plan: Plan): readonly PlannedChangeOf<Wait>[] {
  return plan.lanes
    .flatMap(({ changes }) => changes.slice(0, 1))
    .filter((planned): planned is PlannedChangeOf<Wait> => isWait(planned.change));
}
