import type { Observed } from "../observe/observed.ts";
import { bindingsOf, zoneOf, type Group } from "./group.ts";

/** A change of what is presented for a group. */
export interface Presented {
  readonly since: number;
  /** In words: `pulls was deployed`. */
  readonly what: string;
}

/** The last changes of what is presented for a group, as far as Cloudflare tells when they were. */
export function changesFor(group: Group, observed: Observed): readonly Presented[] {
  const bindings = bindingsOf(group);
  const deployments = observed.workers.flatMap(({ script, configured, deployed }) => {
    const isOurs = bindings.some((binding) => binding in configured);
    if (!isOurs || !deployed.known || deployed.value === null) return [];
    return [{ since: deployed.value.since, what: `${script} was deployed` }];
  });
  const associations = group.entries.flatMap(({ hostname, present }) => {
    if (present.by !== "edge" || present.level !== "hostname") return [];
    const level = zoneOf(hostname, observed)?.hostnameLevel;
    const one = level?.known === true ? level.value.associations : [];
    const since = one.find((association) => association.hostname === hostname)?.since ?? null;
    return since === null ? [] : [{ since, what: `the association of ${hostname} was set` }];
  });
  return [...deployments, ...associations];
}
