import { failure } from "../manners/failure.ts";
import { currentWaits, nextAction, problemsOf, type Plan } from "../plan/plan.ts";
import type { Action, PlannedChange, Wait } from "../plan/change.ts";
import type { Performed } from "./perform.ts";

/** One look at the world: what would be done now, and how to do one of its actions. */
export interface Look {
  readonly plan: Plan;
  readonly perform: (action: Action) => Promise<Performed>;
}

/** What a run says while it goes on. */
export type RunEvent =
  | { readonly kind: "doing"; readonly planned: PlannedChange }
  | { readonly kind: "done"; readonly planned: PlannedChange }
  /** Cloudflare holds on to it: it stays, and harms nobody. */
  | { readonly kind: "left"; readonly planned: PlannedChange; readonly why: string }
  | { readonly kind: "waiting"; readonly waits: readonly PlannedChange[] };

/** How a run is done. */
export interface Run {
  readonly look: () => Promise<Look>;
  readonly mayDeploy: boolean;
  /**
   * Whether an action was shown and agreed to before; where it was not, it is shown with its plan, and asked about. Asking
   * takes time: what was agreed to just now is done after another look.
   */
  readonly mayDo: (action: Action, plan: Plan) => Promise<"yes" | "look again" | "no">;
  /** Milliseconds to wait, at most, each time that there is nothing but waiting to do. */
  readonly patience: number;
  readonly tell: (event: RunEvent) => void;
  readonly now: () => number;
  /** Rejects when `signal` is aborted. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Aborted: stop before the next call. What is done is done; a run later goes on. */
  readonly signal: AbortSignal;
}

/** How a run ended. */
export interface Ending {
  readonly how: "done" | "waiting" | "stuck" | "interrupted" | "declined";
  /** What is left to do, or to wait for. */
  readonly plan: Plan;
}

// Of one run: an action whose effect is never seen would be done for ever.
const SAME_AT_MOST = 3;
const PAUSE = 3000;

/**
 * Does a plan, one action at a time, and looks at the world again before each: whatever somebody else has done meanwhile,
 * the next action is the one that is right now. Waits for Cloudflare and for verifiers for a while.
 *
 * @throws {Failure} of the action that failed; everything before it is done, and running again goes on.
 */
export async function runPlan(run: Run): Promise<Ending> {
  const done = new Map<string, number>();
  const left = new Set<string>();
  let waitingSince: number | null = null;
  for (;;) {
    const { plan, perform } = await run.look();
    if (run.signal.aborted) return { how: "interrupted", plan };
    const next = nextAction(plan, (action) => isSkipped(action, run.mayDeploy, left));
    if (next !== null) {
      waitingSince = null;
      const may = await run.mayDo(next.change, plan);
      if (may === "no") return { how: "declined", plan };
      if (may === "look again") continue;
      const key = JSON.stringify(next.change);
      count(done, key, next);
      run.tell({ kind: "doing", planned: next });
      const performed = await perform(next.change);
      if (typeof performed === "object" && "left" in performed) {
        left.add(key);
        run.tell({ kind: "left", planned: next, why: performed.left });
      } else run.tell({ kind: "done", planned: next });
      continue;
    }
    const waits = currentWaits(plan).filter(({ change }) => isShort(change, run));
    waitingSince ??= run.now();
    if (waits.length === 0 || run.now() - waitingSince >= run.patience) {
      return { how: howItEnds(plan, left), plan };
    }
    run.tell({ kind: "waiting", waits });
    try {
      await run.sleep(Math.min(PAUSE, run.patience));
    } catch {
      return { how: "interrupted", plan };
    }
  }
}

function isSkipped(action: Action, mayDeploy: boolean, left: ReadonlySet<string>): boolean {
  return (action.kind === "deploy-worker" && !mayDeploy) || left.has(JSON.stringify(action));
}

/** Worth sitting in front of: the quiet time is a day, as a rule, and a deployment somebody else's. */
function isShort(wait: Wait, { now, patience }: Run): boolean {
  if (wait.kind === "wait-for-quiet") return wait.until !== null && wait.until - now() <= patience;
  return wait.kind === "wait-for-cloudflare" || wait.kind === "wait-for-verifiers";
}

function howItEnds(plan: Plan, left: ReadonlySet<string>): Ending["how"] {
  if (problemsOf(plan).length > 0) return "stuck";
  const open = plan.lanes.some(({ changes }) =>
    changes.some(({ change }) => !left.has(JSON.stringify(change))),
  );
  return open ? "waiting" : "done";
}

function count(done: Map<string, number>, key: string, { change }: PlannedChange): void {
  const times = (done.get(key) ?? 0) + 1;
  done.set(key, times);
  if (times <= SAME_AT_MOST) return;
  throw failure({
    message: `${change.kind} was done ${SAME_AT_MOST} times, and cannot be seen afterwards`,
    next: "wait a minute and run this again; does somebody else undo it? (pullproof plan)",
  });
}
