import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { BindingName } from "../../shared/mapping.ts";
import { isWait, type Change, type PlannedChange } from "./change.ts";
import type { Lane, Plan } from "./plan.ts";

/**
 * A plan as people are told it: as one run of it goes. What decides is the plan itself, in which every lane stands for itself
 * alone: there a deployment waits until the other lanes have set their bindings. What this very run sets next is no wait to
 * tell anybody of; and the deployment that carries it is the same one, in whichever lane it stands.
 */
export function asShown(plan: Plan): Plan {
  const setting = settings(plan);
  return {
    lanes: plan.lanes.map((lane) => ({
      ...lane,
      changes: lane.changes.flatMap((planned) => shown(planned, setting)),
    })),
  };
}

/** Environment by environment: the bindings that a run sets without waiting for anybody. */
type Settings = ReadonlyMap<string, Readonly<Record<BindingName, Fingerprint>>>;

function settings({ lanes }: Plan): Settings {
  const found = new Map<string, Record<BindingName, Fingerprint>>();
  for (const change of lanes.flatMap(untilWait)) {
    if (change.kind !== "set-binding") continue;
    const { environment, binding, fingerprint } = change;
    found.set(environment, { ...found.get(environment), [binding]: fingerprint });
  }
  return found;
}

function untilWait({ changes }: Lane): readonly Change[] {
  const all = changes.map(({ change }) => change);
  const first = all.findIndex((change) => isWait(change));
  return first === -1 ? all : all.slice(0, first);
}

function shown(planned: PlannedChange, setting: Settings): readonly PlannedChange[] {
  const { change, why } = planned;
  if (change.kind === "wait-for-bindings") {
    const set = setting.get(change.environment) ?? {};
    const left = change.bindings.filter(({ binding }) => !(binding in set));
    return left.length === 0 ? [] : [{ change: { ...change, bindings: left }, why }];
  }
  if (change.kind !== "deploy-worker") return [planned];
  const bindings = Object.entries({ ...change.bindings, ...setting.get(change.environment) });
  const sorted = bindings.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [{ change: { ...change, bindings: Object.fromEntries(sorted) }, why }];
}
