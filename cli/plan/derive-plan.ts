import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Entry } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import { keptAfterwards, keptNow, type Kept } from "./afterwards.ts";
import type { PlannedChange } from "./change.ts";
import { certificateNameOf, groupsOf, hostnamesOf, type Group } from "./group.ts";
import { leftovers } from "./leftovers.ts";
import type { Lane, Plan } from "./plan.ts";
import { presentedBy, presentSteps } from "./present-steps.ts";
import { problem } from "./problems.ts";
import { retireSteps } from "./retirement.ts";
import { acceptSteps } from "./rotation.ts";
import type { Rotation, Situation } from "./situation.ts";
import { stillAccepted } from "./still-accepted.ts";
import { inOrder, steps, stuck, type Steps } from "./steps.ts";
import { targetOf } from "./target.ts";
import { TO_BE_ISSUED, withIssued } from "./to-be-issued.ts";

/**
 * What would bring the stores, the bindings and the Worker to what the mapping says. Pure: the same situation gives the
 * same plan, so it may be asked for again after any interruption, by anybody.
 *
 * @param rotation with it, the plan is that of one rotation: it edits the mapping too, and touches its own group alone.
 */
export function derivePlan(situation: Situation, rotation: Rotation | null): Plan {
  const all = groupsOf(situation.mapping, situation.observed);
  const groups = all.filter(
    ({ entries }) =>
      rotation === null || entries.some(({ hostname }) => hostname === rotation.hostname),
  );
  const lanes = groups.map((group): Lane => {
    const { changes, problems } =
      rotation === null
        ? applySteps(situation, group, all)
        : rotateSteps(situation, group, rotation);
    return { hostnames: hostnamesOf(group), changes: eachOnce(changes), problems };
  });
  return {
    lanes: lanes.filter(({ changes, problems }) => changes.length > 0 || problems.length > 0),
  };
}

/** What two parts of a lane both need is done by the first. */
function eachOnce(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  const first = new Map<string, PlannedChange>();
  for (const planned of changes) {
    const key = JSON.stringify(planned.change);
    if (!first.has(key)) first.set(key, planned);
  }
  return [...first.values()];
}

function applySteps(situation: Situation, group: Group, all: readonly Group[]): Steps {
  const desired = presentedBy(situation, group, null);
  const presenting = inOrder(
    () => (typeof desired === "string" ? stillAccepted(situation, group, desired) : steps()),
    () => presentSteps(situation, group, null),
  );
  return inOrder(
    () => presenting,
    () => leftoverSteps(situation, group, null, presenting.changes, all),
  );
}

function rotateSteps(situation: Situation, group: Group, rotation: Rotation): Steps {
  const [entry] = group.entries;
  if (entry.present.by === "edge" && entry.present.level === "shared") {
    const message =
      "presents Cloudflare's own certificate, which Cloudflare rotates: nothing of it is yours";
    const next =
      "nothing to do; when Cloudflare's CA itself changes, with a version that knows it: pullproof fetch shared-issuer";
    return stuck(problem(pathTo("hosts", entry.hostname), message, next));
  }
  const target = targetOf(situation, group, rotation);
  if (target.kind === "refused") return stuck(target.problem);
  const open = entry.accept.certificates === "issued";
  if (target.kind === "issue") {
    const asked = group.entries.find(({ hostname }) => hostname === rotation.hostname) ?? entry;
    const { issuer } = entry.accept;
    const hostname = certificateNameOf(asked);
    const change = { kind: "issue-certificate", hostname, issuer } as const;
    return inOrder(
      () => (open ? steps() : acceptSteps(situation, group, null)),
      () => steps({ change, why: target.why }),
      () =>
        rotateSteps(withIssued(situation, hostname, issuer), group, {
          ...rotation,
          to: TO_BE_ISSUED,
        }),
    );
  }
  const to = target.kind === "to" ? target.fingerprint : null;
  const accepting = open ? steps() : acceptSteps(situation, group, to);
  const presented = to ?? firstOf(entry);
  const before = inOrder(
    () => accepting,
    () => presentSteps(situation, group, to),
    () => {
      if (open || presented === null) return steps();
      const presenting = presentSteps(situation, group, to);
      const isPresented = accepting.changes.length === 0 && presenting.changes.length === 0;
      return retireSteps(situation, group, presented, isPresented);
    },
  );
  return inOrder(
    () => before,
    () => leftoverSteps(situation, group, to, before.changes, [group]),
  );
}

function firstOf({ accept }: Entry): Fingerprint | null {
  return accept.certificates === "issued" ? null : accept.certificates[0];
}

/**
 * The last steps of a lane. Behind others they are a forecast, so that nobody is asked for less than will be done; they come
 * to be the lane's first only when nothing is before them, by what is observed then.
 */
function leftoverSteps(
  situation: Situation,
  group: Group,
  chosen: Fingerprint | null,
  before: readonly PlannedChange[],
  moving: readonly Group[],
): Steps {
  const desired = presentedBy(situation, group, chosen);
  if (typeof desired !== "string") return steps();
  const kept = (): Kept => {
    if (before.length === 0) return keptNow(situation);
    const presented = moving.map((one) =>
      presentedBy(situation, one, one === group ? chosen : null),
    );
    const certificates = presented.filter((one) => typeof one === "string");
    return keptAfterwards(situation, before, moving, certificates);
  };
  return leftovers(situation, group, desired, kept());
}
