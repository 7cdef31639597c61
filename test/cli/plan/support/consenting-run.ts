import { runPlan, type Ending } from "../../../../cli/apply/run-plan.ts";
import { createAgreement } from "../../../../cli/command/agreement.ts";
import { asShown } from "../../../../cli/plan/as-shown.ts";
import { isWait, type Action } from "../../../../cli/plan/change.ts";
import type { Plan } from "../../../../cli/plan/plan.ts";
import { TO_BE_ISSUED } from "../../../../cli/plan/to-be-issued.ts";
import { advance, copyMapping, finishDeployment, reload } from "../world/advance.ts";
import { glance, planOf, type Intent } from "../world/operator.ts";
import { HOUR } from "../world/outline.ts";
import { perform } from "../world/perform.ts";
import type { State } from "../world/state.ts";

/** A whole run in a world that cooperates, and what was shown and done in it. */
export interface ConsentingRun {
  readonly ending: Ending;
  readonly done: readonly Action[];
  /** Done without having been shown before, by the tests' own reckoning. */
  readonly unshown: readonly Action[];
  /** How often it was asked. */
  readonly questions: number;
}

/**
 * Runs as the commands do: the plan is shown and agreed to, then done.
 *
 * @param disturb what others do while it waits, or between two actions.
 * @param agrees to what is asked anew.
 */
export async function runWithConsent(
  state: State,
  given: Intent,
  disturb: (looks: number) => void,
  agrees: boolean,
): Promise<ConsentingRun> {
  let intent = given;
  let [questions, looks] = [0, 0];
  const [done, unshown]: [Action[], Action[]] = [[], []];
  const shown = new Set<string>();
  const show = (plan: Plan): void => {
    questions += 1;
    for (const { changes } of asShown(plan).lanes) {
      for (const { change } of changes) if (!isWait(change)) shown.add(subjectOf(change));
    }
  };
  const first = planOf(glance(state), intent);
  show(first);
  const agreement = createAgreement(
    first,
    (_, plan) => {
      if (agrees) show(plan);
    },
    () => Promise.resolve(agrees),
  );
  if (!first.lanes.some(({ changes }) => changes.some(isIssue)))
    intent = { ...intent, anew: false };
  const ending = await runPlan({
    look: () => {
      looks += 1;
      disturb(looks);
      const seen = glance(state);
      return Promise.resolve({
        plan: planOf(seen, intent),
        perform: (action) => {
          done.push(action);
          if (!shown.has(subjectOf(action))) unshown.push(action);
          const before = new Set(state.certificates.keys());
          perform(state, action, seen.text);
          if (action.kind !== "issue-certificate") return Promise.resolve("done");
          intent = { ...intent, anew: false };
          const [issued] = [...state.certificates.keys()].filter((one) => !before.has(one));
          if (issued === undefined) throw new Error("nothing was issued");
          agreement.issued(issued);
          for (const one of shown) shown.add(one.replace(TO_BE_ISSUED, issued));
          return Promise.resolve({ issued });
        },
      });
    },
    mayDeploy: true,
    mayDo: agreement.mayDo,
    patience: 100 * HOUR,
    tell: () => undefined,
    now: () => state.now,
    sleep: () => {
      for (const verifier of state.verifiers) {
        copyMapping(state, verifier);
        reload(verifier);
      }
      for (const environment of state.environments.values()) finishDeployment(state, environment);
      advance(state, HOUR);
      return Promise.resolve();
    },
    signal: new AbortController().signal,
  });
  return { ending, done, unshown, questions };
}

function isIssue({ change }: { readonly change: { readonly kind: string } }): boolean {
  return change.kind === "issue-certificate";
}

/** An action's kind and what it is done to, as a person would tell it; what is not known before is left out. */
function subjectOf(action: Action): string {
  const { kind, ...rest } = action;
  const said = Object.entries(rest).filter(
    ([name]) => !["id", "certificateId", "from", "to", "name", "bindings"].includes(name),
  );
  return JSON.stringify([kind, ...said]);
}
