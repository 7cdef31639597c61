import type { Change } from "./change.ts";
import type { Plan } from "./plan.ts";

/** Which part of a rotation comes next. Derived from the plan alone; `done` where there is none. */
export type Phase = "accept" | "present" | "retire" | "done";

/** The phases in their order. */
export const PHASES: readonly Phase[] = ["accept", "present", "retire", "done"];

/** The phase that a rotation is in: that of its next change. */
export function phaseOf({ lanes }: Plan): Phase {
  const changes = lanes.flatMap((lane) => lane.changes.map(({ change }) => change));
  const [next] = changes;
  if (next === undefined) return "done";
  // Whatever comes before the new certificate is listed first serves its being accepted.
  if (changes.some(({ kind }) => kind === "present-in-mapping" || kind === "issue-certificate")) {
    return next.kind === "present-in-mapping" ? "present" : "accept";
  }
  return isRetirement(next) ? "retire" : "present";
}

function isRetirement(change: Change): boolean {
  switch (change.kind) {
    case "wait-for-quiet":
    case "remove-from-mapping":
    case "delete-account-certificate":
    case "delete-hostname-certificate":
      return true;
    case "wait-for-verifiers":
      return change.until === "not accepted";
    default:
      return false;
  }
}
