import { createConsent } from "../apply/consent.ts";
import type { Run } from "../apply/run-plan.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Action } from "../plan/change.ts";
import type { Plan } from "../plan/plan.ts";

/** What a person was shown and has agreed to, from the first question of a run on. */
export interface Agreement {
  /** Shows a plan that holds what was not shown before, and asks again. */
  readonly mayDo: Run["mayDo"];
  /** Takes down which certificate was issued. */
  readonly issued: (fingerprint: Fingerprint) => void;
  /** The plan that was shown last. */
  readonly shown: () => Plan;
}

/**
 * Begins with a plan that was shown and agreed to.
 *
 * @param show tells people what was not shown before, and the plan that it is in.
 * @param ask whether to go on; with `--yes` nobody is asked, and it is shown all the same.
 */
export function createAgreement(
  plan: Plan,
  show: (unforeseen: Action, plan: Plan) => void,
  ask: () => Promise<boolean>,
): Agreement {
  const consent = createConsent();
  consent.give(plan);
  let shown = plan;
  return {
    mayDo: async (action, anew) => {
      if (consent.covers(action)) return "yes";
      show(action, anew);
      shown = anew;
      if (!(await ask())) return "no";
      consent.give(anew);
      return "look again";
    },
    issued: consent.issued,
    shown: () => shown,
  };
}
