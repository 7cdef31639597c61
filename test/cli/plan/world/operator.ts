import type { HostPattern } from "../../../../shared/hostname.ts";
import { derivePlan } from "../../../../cli/plan/derive-plan.ts";
import { nextAction, type Plan } from "../../../../cli/plan/plan.ts";
import type { Situation } from "../../../../cli/plan/situation.ts";
import type { Name } from "./mapping.ts";
import { situationOf } from "./observe.ts";
import { perform } from "./perform.ts";
import type { State } from "./state.ts";

/** What an operator runs: `apply`, or `rotate` for a hostname. */
export interface Intent {
  readonly rotate: Name | null;
  /** `rotate --new`. */
  readonly anew: boolean;
  /** `--deploy`. */
  readonly deploy: boolean;
}

/** What was observed, and so what would be done next: it may be acted on a moment later, when the world has moved on. */
export interface Glance {
  readonly situation: Situation;
  readonly at: number;
  readonly text: string;
}

/** Observes. */
export function glance(state: State): Glance {
  return { situation: situationOf(state), at: state.now, text: state.mappings.at(-1) ?? "" };
}

/** The plan of an operator. */
export function planOf({ situation }: Glance, { rotate, anew }: Intent): Plan {
  const hostname = rotate as string | null as HostPattern | null;
  return derivePlan(situation, hostname === null ? null : { hostname, to: null, anew });
}

/** Does the next action of an operator's plan. */
export function step(state: State, seen: Glance, intent: Intent): boolean {
  const planned = nextAction(
    planOf(seen, intent),
    ({ kind }) => kind === "deploy-worker" && !intent.deploy,
  );
  if (planned === null) return false;
  perform(state, planned.change, seen.text);
  return true;
}
